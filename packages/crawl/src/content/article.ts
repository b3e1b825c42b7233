/** The article of a page, without what is around it. */
export interface Article {
  readonly title: string;
  /** Who wrote it, as the page has it: "By A. Writer". */
  readonly byline: string | null;
  /** A short description, from the metadata or the first paragraph. */
  readonly excerpt: string | null;
  readonly siteName: string | null;
  /** When it was published, as the page has it, mostly ISO 8601. */
  readonly publishedTime: string | null;
  readonly language: string | null;
  /** The article as HTML, with whole URLs. Not safe to be shown: it may hold what the page's author likes. */
  readonly html: string;
  /** The article as text, see `textOf()`. */
  readonly text: string;
}
