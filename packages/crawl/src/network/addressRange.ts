import ipaddr from "ipaddr.js";

type Address = ReturnType<typeof ipaddr.parse>;

/** Why an address is not one of the public internet's; undefined if it is. */
export function notPublic(address: Address): string | undefined {
  if (address instanceof ipaddr.IPv4) return notPublic4(address);
  const inner = innerAddress(address as ipaddr.IPv6);
  if (inner !== undefined) return notPublic4(inner);
  const range = address.range();
  if (range !== "unicast") return `the address is ${named(range)}`;
  // All that is global is in 2000::/3, so far. What is outside of it is old ("::127.0.0.1"), or nobody's yet.
  if (((address as ipaddr.IPv6).parts[0] as number) >> 13 !== 1) return "the address is none of the public internet";
  return undefined;
}

/**
 * An address as it is meant: without a zone, and with IPv4 for what is IPv4 in IPv6's clothes (`::ffff:127.0.0.1`).
 * Undefined for what is none.
 */
export function parseAddress(text: string): Address | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1").replace(/%.*$/, "");
  // The strict forms only: `ipaddr.parse("1")` would be 0.0.0.1, and a name of digits is the URL parser's business.
  if (!ipaddr.IPv4.isValidFourPartDecimal(bare) && !ipaddr.IPv6.isValid(bare)) return undefined;
  return ipaddr.process(bare);
}

function notPublic4(address: ipaddr.IPv4): string | undefined {
  if (METADATA.has(address.toString())) return "the address is of the cloud's own services";
  const range = address.range();
  return range === "unicast" ? undefined : `the address is ${named(range)}`;
}

/** Public by their range, and answered by the cloud's host machines: Azure's. */
const METADATA: ReadonlySet<string> = new Set(["168.63.129.16"]);

/**
 * The IPv4 address that a network would take out of an IPv6 address again: NAT64's prefix (RFC 6052), by which
 * networks without IPv4 reach all of it, so that it cannot be forbidden as a whole; and ISATAP's (RFC 5214), of which
 * only the private ones are of interest.
 */
function innerAddress(address: ipaddr.IPv6): ipaddr.IPv4 | undefined {
  const [a, b, c, d, e, f, g, h] = address.parts as [number, number, number, number, number, number, number, number];
  const inner = (): ipaddr.IPv4 => new ipaddr.IPv4([g >> 8, g & 255, h >> 8, h & 255]);
  if (a === 0x64 && b === 0xff9b && c === 0 && d === 0 && e === 0 && f === 0) return inner();
  if ((e & ~0x200) === 0 && f === 0x5efe && notPublic4(inner()) !== undefined) return inner();
  return undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  unspecified: "unspecified, which means this machine",
  loopback: "this machine's own",
  private: "of a private network",
  uniqueLocal: "of a private network",
  linkLocal: "of the local link, where clouds keep their metadata",
  carrierGradeNat: "of a provider's inner network",
  broadcast: "for all",
  multicast: "for many",
  "6to4": "an IPv4 address in IPv6's clothes (6to4)",
  teredo: "an IPv4 address in IPv6's clothes (Teredo)",
  rfc6052: "an IPv4 address in IPv6's clothes (NAT64)",
  rfc6145: "an IPv4 address in IPv6's clothes",
};

function named(range: string): string {
  return NAMES[range] ?? `reserved (${range})`;
}
