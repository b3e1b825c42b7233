/** The elements that lead somewhere. `meta` is a `<meta http-equiv=refresh>`. */
export const LINK_ELEMENTS = ["a", "area", "link", "iframe", "frame", "form", "meta"] as const;

export type LinkElement = (typeof LINK_ELEMENTS)[number];

/** One place that a page leads to. */
export interface Link {
  /** The whole URL, http or https, as the page's `<base>` has it. A fragment is kept. */
  readonly url: string;
  readonly element: LinkElement;
  /** The words of its `rel`, in lower case: `["nofollow", "noopener"]`, `["canonical"]`. */
  readonly rel: readonly string[];
  /** Of a form: how it is sent. */
  readonly method?: "get" | "post" | "dialog";
}
