import type { Article } from "./article.js";
import { contentEntry } from "./contentEntry.js";
import type { ThreadPoolOptions, ThreadPoolStats } from "./threadPool.js";
import { ThreadPool } from "./threadPool.js";
import type { ArticleJob, ContentJob, ContentResult, MarkdownJob } from "./worker/contentJob.js";

/** Threads that make Markdown and find articles, so that the event loop need not wait for it. */
export class ContentThreads implements AsyncDisposable {
  readonly #pool: ThreadPool<ContentJob, ContentResult>;

  /** @throws InvalidArgumentError */
  constructor(options: ThreadPoolOptions = {}) {
    this.#pool = new ThreadPool({ entry: contentEntry(import.meta.url), name: "content" }, options);
  }

  /** See `ThreadPool.run()`. */
  async markdown(job: MarkdownJob): Promise<string> {
    return (await this.#pool.run(job)) as string;
  }

  /** See `ThreadPool.run()`. */
  async article(job: ArticleJob): Promise<Article | null> {
    return (await this.#pool.run(job)) as Article | null;
  }

  stats(): ThreadPoolStats {
    return this.#pool.stats();
  }

  /** Ends all threads; jobs that are under way fail with `ThreadError` "THREADS_CLOSED". May be called again. */
  async close(): Promise<void> {
    await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

let shared: ContentThreads | undefined;

/** Those that are used where nobody says which: made by the first who needs them, never closed, no hindrance to the end. */
export function sharedThreads(): ContentThreads {
  shared ??= new ContentThreads();
  return shared;
}
