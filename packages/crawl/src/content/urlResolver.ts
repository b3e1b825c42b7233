import { urlOf } from "../ground/urlOf.js";

const PATH = String.raw`\/(?:[\w~-][\w~.-]*\/)*(?:[\w~-][\w~.-]*)?(?:\?[\w~./=&%+:;,-]*)?(?:#[\w~./=&%+:;,!-]*)?$`;

/** Addresses of these forms need no parser, which is most of them: nothing in them would be changed. */
const PLAIN_PATH = new RegExp(`^${PATH}`);
const PLAIN_URL = new RegExp(String.raw`^https?:\/\/(?!xn--)(?:[a-z\d-]+\.(?!xn--))+[a-z]{2,}${PATH}`);

/** What cannot be http however it goes on. */
const OTHER_SCHEME = /^[\0- ]*(?!https?:)[a-z][a-z\d+.-]*:/i;

/** What the standard does not let be a base (WHATWG HTML 4.2.3). */
const NO_BASE: ReadonlySet<string> = new Set(["data:", "javascript:"]);

/** Makes the addresses in a page whole. */
export class UrlResolver {
  readonly #base: string;
  readonly #origin: string;

  /** @param href of the page's `<base>`, itself relative to `page`; one that leads nowhere counts for nothing */
  constructor(page: URL, href?: string) {
    const said = href === undefined ? undefined : urlOf(href, page);
    const base = said === undefined || NO_BASE.has(said.protocol) ? page : said;
    this.#base = base.href;
    this.#origin = base.protocol === "http:" || base.protocol === "https:" ? base.origin : "";
  }

  /** The whole URL, as `URL` writes it; undefined for what is no http or https URL. */
  resolve(address: string): string | undefined {
    if (this.#origin !== "" && PLAIN_PATH.test(address)) return this.#origin + address;
    if (PLAIN_URL.test(address)) return address;
    if (OTHER_SCHEME.test(address)) return undefined;
    const url = urlOf(address, this.#base);
    return url?.protocol === "http:" || url?.protocol === "https:" ? url.href : undefined;
  }
}
