import { lookup as systemLookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { cancellable } from "heddle";
import ipaddr from "ipaddr.js";
import { checkOptions, invalid } from "../ground/check.js";
import { AddressForbiddenError } from "../ground/errors.js";
import { redact } from "../ground/redact.js";
import { urlOf } from "../ground/urlOf.js";
import { notPublic, parseAddress } from "./addressRange.js";

export interface AddressGuardOptions {
  /**
   * What is let through although it is not public: addresses and ranges (`"10.0.0.0/8"`, `"::1"`), names of hosts
   * (`"intranet.test"`), and all names below one (`"*.intranet.test"`). Default: nothing.
   */
  allow?: readonly string[];
  /** The ports that may be asked. Default: all but 0. */
  ports?: readonly number[];
  /** How the addresses of a name are found. Default: as the system does it. */
  resolve?: Resolve;
}

/** All addresses of a name; rejects if there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

type Range = ReturnType<typeof ipaddr.parseCIDR>;

const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "ws:", "wss:"]);
const USUAL_PORTS: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "ws:": 80, "wss:": 443 };

/**
 * Keeps whoever names the URLs from asking where only this machine can: its own ports, its network, the cloud's
 * metadata. Three checks make it whole, and a transport that takes a guard does all of them:
 *
 * - `checkUrl()` before each request, and each redirect is a request: the scheme, the port, and addresses that stand
 *   in the URL itself, in whatever notation.
 * - `lookup` in place of the system's: every address of a name is looked at, and the connection is made to one of
 *   those that were looked at. A name that means something else a moment later wins nothing by it.
 * - `checkAddress()` with the address at the other end of the connection.
 *
 * A proxy finds addresses by itself. Of what goes through one, `checkRemote()` looks at the addresses that the name
 * has here, which need not be those that it has there.
 */
export class AddressGuard {
  readonly #ranges: Range[] = [];
  readonly #names: Set<string> = new Set();
  /** With the dot: ".intranet.test". */
  readonly #suffixes: string[] = [];
  readonly #ports: ReadonlySet<number> | undefined;
  readonly #resolve: Resolve;

  /** @throws InvalidArgumentError for an option that makes no sense */
  constructor(options: AddressGuardOptions = {}) {
    const doing = "guard addresses";
    checkOptions(doing, options, ["allow", "ports", "resolve"]);
    const { allow = [], ports, resolve = bySystem } = options;
    if (!Array.isArray(allow)) throw invalid(doing, "allow must be an array", allow);
    for (const entry of allow) this.#allow(doing, entry);
    if (ports !== undefined && !(Array.isArray(ports) && ports.every(isPort))) {
      throw invalid(doing, "ports must be an array of numbers from 1 to 65535", ports);
    }
    if (typeof resolve !== "function") throw invalid(doing, "resolve must be a function", resolve);
    this.#ports = ports === undefined ? undefined : new Set(ports);
    this.#resolve = resolve;
  }

  #allow(doing: string, entry: unknown): void {
    if (typeof entry !== "string" || entry === "") throw invalid(doing, "allow holds names and addresses", entry);
    if (ipaddr.isValidCIDR(entry)) {
      this.#ranges.push(ipaddr.parseCIDR(entry));
      return;
    }
    const address = parseAddress(entry);
    if (address !== undefined) {
      this.#ranges.push([address, address.kind() === "ipv4" ? 32 : 128] as Range);
      return;
    }
    const isWild = entry.startsWith("*.");
    const host = hostOf(isWild ? entry.slice(2) : entry);
    if (host === undefined || /[/*:@?#]/.test(isWild ? entry.slice(2) : entry)) {
      throw invalid(doing, 'allow holds hosts such as "a.test" and "*.a.test", and ranges such as "10.0.0.0/8"', entry);
    }
    if (isWild) this.#suffixes.push(`.${host}`);
    else this.#names.add(host);
  }

  /**
   * Looks at what stands in a URL. Names of hosts pass: their addresses are `lookup`'s business.
   *
   * @throws AddressForbiddenError for a scheme other than http, https, ws and wss, a port that may not be asked, and
   *   an address that is not public; InvalidArgumentError for what is no URL
   */
  checkUrl(url: URL | string): void {
    const parsed = this.#parsed(url);
    const shown = redact(parsed);
    if (!SCHEMES.has(parsed.protocol)) throw new AddressForbiddenError("its scheme is not http or https", shown);
    const port = parsed.port === "" ? (USUAL_PORTS[parsed.protocol] as number) : Number(parsed.port);
    this.#checkPort(port, shown);
    this.#checkLiteral(parsed.hostname, shown);
  }

  /**
   * The same for a host and a port that stand in no URL.
   *
   * @throws AddressForbiddenError; also for what can be no host
   */
  checkHost(host: string, port: number): void {
    const shown = `${host}:${port}`;
    const canonical = hostOf(host);
    if (canonical === undefined) throw new AddressForbiddenError("it names no host", shown);
    this.#checkPort(port, shown);
    this.#checkLiteral(canonical, shown);
  }

  /**
   * Looks at one address of a host.
   *
   * @throws AddressForbiddenError for an address that is not public, and for what is no address
   */
  checkAddress(ip: string, host: string): void {
    const canonical = hostOf(host) ?? host;
    if (this.#allowsName(canonical)) return;
    const shown = host === ip ? host : `${host} (${ip})`;
    const address = parseAddress(ip);
    if (address === undefined) throw new AddressForbiddenError("it has no address that can be read", shown);
    if (this.#ranges.some((range) => matches(address, range))) return;
    const why = notPublic(address);
    if (why !== undefined) throw new AddressForbiddenError(why, shown);
  }

  /**
   * All addresses of a host, each of them looked at: one that is not public spoils them all, as then somebody plays.
   *
   * If cancelled: throws `CancelledError`; nothing has been asked there.
   *
   * @throws AddressForbiddenError; what the search for addresses throws
   */
  async resolve(host: string): Promise<readonly string[]> {
    return cancellable(this.#addresses(host));
  }

  async #addresses(host: string): Promise<readonly string[]> {
    const name = host.replace(/^\[(.*)\]$/, "$1");
    const literal = parseAddress(name);
    const addresses = literal === undefined ? await this.#resolve(name) : [name];
    for (const address of addresses) this.checkAddress(address, host);
    return addresses;
  }

  /**
   * For what goes through a proxy, which finds the address by itself: looks at the URL, and at the addresses that its
   * host has here. A name that has none here passes.
   *
   * If cancelled: throws `CancelledError`.
   *
   * @throws AddressForbiddenError
   */
  async checkRemote(url: URL | string): Promise<void> {
    this.checkUrl(url);
    const { hostname } = this.#parsed(url);
    await cancellable(
      this.#addresses(hostname).catch((error: unknown) => {
        if (error instanceof AddressForbiddenError) throw error;
      }),
    );
  }

  /** In place of `dns.lookup`: gives addresses that were looked at, and no others. */
  get lookup(): LookupFunction {
    return (hostname, options, callback) => {
      this.#addresses(hostname).then(
        (addresses) => {
          const wanted = options.family === 4 || options.family === "IPv4" ? 4 : options.family === 6 ? 6 : 0;
          const found = addresses
            .map((address) => ({ address, family: address.includes(":") ? 6 : 4 }))
            .filter(({ family }) => wanted === 0 || family === wanted);
          const [first] = found;
          if (first === undefined) callback(noAddress(hostname), "", 0);
          else if (options.all === true) callback(null, found);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, "", 0),
      );
    };
  }

  #parsed(url: URL | string): URL {
    if (url instanceof URL) return url;
    const parsed = typeof url === "string" ? urlOf(url) : undefined;
    if (parsed !== undefined) return parsed;
    throw invalid("check a URL", "it is no absolute URL", url);
  }

  #checkPort(port: number, shown: string): void {
    if (isPort(port) && (this.#ports?.has(port) ?? true)) return;
    throw new AddressForbiddenError(`the port ${port} may not be asked`, shown);
  }

  /** `host` as the URL parser writes it: every notation of an address has become the usual one. */
  #checkLiteral(host: string, shown: string): void {
    if (this.#allowsName(host)) return;
    const isLocal = /(^|\.)localhost\.?$/.test(host);
    const address = parseAddress(host);
    if (isLocal) {
      const mayLoop = ["127.0.0.1", "::1"].some((ip) =>
        this.#ranges.some((range) => matches(ipaddr.process(ip), range)),
      );
      if (!mayLoop) throw new AddressForbiddenError("the name is this machine's own", shown);
    } else if (address !== undefined) {
      this.checkAddress(address.toString(), host);
    }
  }

  #allowsName(host: string): boolean {
    const name = host.replace(/\.$/, "");
    return this.#names.has(name) || this.#suffixes.some((suffix) => name.endsWith(suffix));
  }
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535;
}

function matches(address: ReturnType<typeof ipaddr.parse>, [range, bits]: Range): boolean {
  if (address.kind() !== range.kind()) return false;
  return (address as ipaddr.IPv4).match(range as ipaddr.IPv4, bits);
}

/**
 * A host as the URL parser writes it, without the dot at its end: percent-encoding, full-width digits and dots, octal
 * and hexadecimal numbers are all undone. Undefined for what is none.
 */
function hostOf(host: string): string | undefined {
  const bare = host.includes(":") && !host.startsWith("[") ? `[${host.replace(/%.*$/, "")}]` : host;
  const url = /[/\\?#@\s]/.test(bare) ? undefined : urlOf(`http://${bare}/`);
  if (url === undefined) return undefined;
  const { hostname, port, username } = url;
  return port !== "" || username !== "" || hostname === "" ? undefined : hostname.replace(/\.$/, "");
}

async function bySystem(host: string): Promise<readonly string[]> {
  const found = await systemLookup(host, { all: true });
  return found.map(({ address }) => address);
}

function noAddress(host: string): Error {
  return Object.assign(new Error(`There is no such address of ${host}`), { code: "ENOTFOUND" });
}
