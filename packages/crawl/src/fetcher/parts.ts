import { Semaphore } from "heddle";
import { UndiciTransport } from "../network/undiciTransport.js";
import { HostLimits } from "../politeness/hostLimits.js";
import { FETCH_DEFAULTS } from "./fetchDefaults.js";
import type { FetcherOptions } from "./fetcherOptions.js";
import { Ladder } from "./ladder.js";
import { RetryBudget } from "./retryBudget.js";
import { RobotsRules } from "./robotsRules.js";
import { ladderOf } from "./rung.js";
import type { PageSettings } from "./settings.js";
import { backoffSettings } from "./settings.js";
import type { Next, Step } from "./step.js";
import { compose } from "./step.js";
import { climb } from "./steps/climb.js";
import { identity } from "./steps/identity.js";
import { judging } from "./steps/judging.js";
import { politeness } from "./steps/politeness.js";
import { redirects } from "./steps/redirects.js";
import { retry } from "./steps/retry.js";
import { robots } from "./steps/robots.js";
import { send } from "./steps/send.js";

/** What all pages of a fetcher share. */
export interface Parts {
  readonly chain: Next;
  readonly limits: HostLimits;
  readonly slots: Semaphore;
  readonly ladder: Ladder;
  /** Closes what was made here, and nothing that was given. */
  close(): Promise<void>;
}

/**
 * The parts of a fetcher, put together from options that were checked. The steps, the outermost first:
 *
 *     climb       the next rung of the ladder, where a page is blocked        once a page
 *     retry       again, after what may pass                                  once a rung
 *     judging     the verdict, and the entry into the ledger                  once an attempt
 *     redirects   on to where the answer leads                                 "
 *     robots      whether it may be asked                                      once a request
 *     identity    who asks                                                     "
 *     politeness  when the host may be asked                                   "
 *     send        the exchange itself                                          "
 */
export function makeParts(options: FetcherOptions, settings: PageSettings): Parts {
  const { concurrency = FETCH_DEFAULTS.concurrency, perHost = FETCH_DEFAULTS.perHost, insecure = false } = options;
  const { limits = new HostLimits({ perHost }), probe = {}, retryBudget = FETCH_DEFAULTS.retryBudget } = options;
  const slots = new Semaphore(concurrency);
  const own = options.transport === undefined ? new UndiciTransport({ insecure }) : undefined;
  const transport = options.transport ?? (own as UndiciTransport);
  const ladder = new Ladder(ladderOf({ identity: false, chromium: false, tiers: 0, solver: false }));
  const asking: Step[] = [identity, politeness({ limits, slots, probe }), send(transport, probe)];
  const robotsRules = new RobotsRules(settings, compose(asking));
  const steps: Step[] = [
    climb(ladder),
    retry({ backoff: backoffSettings(options), budget: new RetryBudget(retryBudget), probe }),
    judging,
    redirects,
    robots(robotsRules),
    ...asking,
  ];
  return { chain: compose(steps), limits, slots, ladder, close: async () => own?.close() };
}
