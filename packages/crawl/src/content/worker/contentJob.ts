import type { Article } from "../article.js";

/** What can be done in a thread. */
export type ContentJob = MarkdownJob | ArticleJob;

export interface MarkdownJob {
  readonly kind: "markdown";
  readonly html: string;
  /** What addresses are relative to; null to leave them as they are. */
  readonly baseUrl: string | null;
  readonly links: boolean;
  readonly images: boolean;
}

export interface ArticleJob {
  readonly kind: "article";
  readonly html: string;
  readonly url: string;
}

export type ContentResult = string | Article | null;
