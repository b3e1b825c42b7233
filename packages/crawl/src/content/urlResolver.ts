/** Addresses of this form need no parser: whatever the base, nothing in them is changed. */
const PLAIN_PATH = /^\/(?:[\w~-][\w~.-]*\/)*(?:[\w~-][\w~.-]*)?(?:\?[\w~./=&%+:;,-]*)?(?:#[\w~./=&%+:;,!-]*)?$/;

/** What cannot be http however it goes on. */
const OTHER_SCHEME = /^[\0- ]*(?!https?:)[a-z][a-z\d+.-]*:/i;

/** Makes the addresses in a page whole. */
export class UrlResolver {
  readonly #base: string;
  readonly #origin: string;

  /** @param href of the page's `<base>`, itself relative to `page`; one that leads nowhere counts for nothing */
  constructor(page: URL, href?: string) {
    const base = href !== undefined && URL.canParse(href, page.href) ? new URL(href, page) : page;
    this.#base = base.href;
    this.#origin = base.protocol === "http:" || base.protocol === "https:" ? base.origin : "";
  }

  /** The whole URL, as `URL` writes it; undefined for what is no http or https URL. */
  resolve(address: string): string | undefined {
    if (this.#origin !== "" && PLAIN_PATH.test(address)) return this.#origin + address;
    if (OTHER_SCHEME.test(address) || !URL.canParse(address, this.#base)) return undefined;
    const { protocol, href } = new URL(address, this.#base);
    return protocol === "http:" || protocol === "https:" ? href : undefined;
  }
}
