import { AddressGuard } from "../network/addressGuard.js";
import { ProxyPool } from "../network/proxyPool.js";
import { HostLimits } from "../politeness/hostLimits.js";
import { SessionPool } from "../sessions/sessionPool.js";
import { CacheDoor } from "./cacheDoor.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import { Fleet } from "./fleet.js";
import { Ladder } from "./ladder.js";
import { RetryBudget } from "./retryBudget.js";
import { RobotsRules } from "./robotsRules.js";
import { ladderOf } from "./rung.js";
import type { PageSettings } from "./settings.js";
import { backoffSettings } from "./settings.js";
import { Slots } from "./slots.js";
import type { Next, Step } from "./step.js";
import { compose } from "./step.js";
import { cache } from "./steps/cache.js";
import { climb } from "./steps/climb.js";
import { cookies } from "./steps/cookies.js";
import { identity } from "./steps/identity.js";
import { judging } from "./steps/judging.js";
import { politeness } from "./steps/politeness.js";
import { redirects } from "./steps/redirects.js";
import { retry } from "./steps/retry.js";
import { robots } from "./steps/robots.js";
import { send } from "./steps/send.js";
import { solving } from "./steps/solving.js";
import { visitor } from "./steps/visitor.js";

/** So many sessions are remembered: those that were used last. */
const MOST_SESSIONS = 10_000;

/** What all pages of a fetcher share. */
export interface Parts {
  readonly chain: Next;
  readonly limits: HostLimits;
  readonly slots: Slots;
  readonly ladder: Ladder;
  readonly robots: RobotsRules;
  readonly proxies: ProxyPool | undefined;
  readonly store: CacheDoor | undefined;
  /** Closes what was made here, and nothing that was given. */
  close(): Promise<void>;
}

/**
 * The parts of a fetcher, put together from options that were checked. The steps, the outermost first:
 *
 *     climb       the next rung of the ladder, where a page is blocked        once a page
 *     solving     a CAPTCHA's token, where there is a solver                   once a rung
 *     retry       again, after what may pass                                   "
 *     visitor     as whom: a session, a proxy                                 once an attempt
 *     judging     the verdict, and the entry into the ledger                   "
 *     redirects   on to where the answer leads                                 "
 *     cookies     those of the visitor                                        once a request
 *     cache       what is known already                                        "
 *     robots      whether it may be asked                                      "
 *     identity    who asks                                                     "
 *     politeness  when the host may be asked                                   "
 *     send        the exchange itself                                          "
 */
export function makeParts(options: FetcherOptions, settings: PageSettings): Parts {
  const { concurrency = FETCH_DEFAULTS.concurrency, perHost = FETCH_DEFAULTS.perHost } = options;
  const { limits = new HostLimits({ perHost }), probe = {}, retryBudget = FETCH_DEFAULTS.retryBudget } = options;
  const slots = new Slots(concurrency);
  const fleet = fleetOf(options);
  const proxies = poolOf(options);
  const ladder = new Ladder(
    ladderOf({
      identity: fleet.has("identity"),
      chromium: fleet.has("chromium"),
      tiers: proxies?.tiers ?? [],
      solver: options.solve !== undefined,
    }),
  );
  const asking: Step[] = [identity, politeness({ limits, slots, probe }), send(fleet, probe)];
  const sessions = sessionsOf(proxies);
  const byWhom = visitor({ sessions, proxies });
  const store = options.cache === undefined ? undefined : new CacheDoor(options.cache, options);
  const rules = new RobotsRules(settings, compose([byWhom, ...asking]));
  const steps: Step[] = [
    climb(ladder),
    ...(options.solve === undefined ? [] : [solving(options.solve)]),
    retry({
      backoff: backoffSettings(options),
      budget: new RetryBudget(retryBudget),
      rotates: proxies !== undefined,
      probe,
    }),
    byWhom,
    judging,
    redirects,
    cookies,
    ...(store === undefined ? [] : [cache(() => store.open())]),
    robots(rules),
    ...asking,
  ];
  const close = async (): Promise<void> => {
    store?.close();
    await fleet.close();
  };
  return { chain: compose(steps), limits, slots, ladder, robots: rules, proxies, store, close };
}

function fleetOf(options: FetcherOptions): Fleet {
  const { guard = false, allow = [], insecure = false, browser = {}, transport, transports = {} } = options;
  return new Fleet({
    guard: guard === true ? new AddressGuard({ allow }) : guard === false ? undefined : guard,
    insecure,
    browser,
    given: { ...transports, ...(transport === undefined ? {} : { plain: transport }) },
  });
}

/** A session stays with its name until it is burnt: whoever has signed in with it does not want it to end by the clock. */
function sessionsOf(proxies: ProxyPool | undefined): SessionPool {
  return new SessionPool({
    maxSize: MOST_SESSIONS,
    maxAge: Infinity,
    maxUses: Infinity,
    proxy: ({ id, host }) => proxies?.pick({ host: host ?? id, session: id }),
  });
}

function poolOf({ proxies, rotation = "session" }: FetcherOptions): ProxyPool | undefined {
  return proxies === undefined ? undefined : new ProxyPool({ proxies, rotation });
}
