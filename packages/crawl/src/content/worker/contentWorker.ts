// The main module of a thread: answers each job with one reply. Tools are loaded when the first job needs them.
import { parentPort } from "node:worker_threads";
import type { ThreadReply } from "../thread.js";
import type { ContentJob, ContentResult } from "./contentJob.js";

async function done(job: ContentJob): Promise<ContentResult> {
  switch (job.kind) {
    case "markdown":
      return (await import("./toMarkdown.js")).toMarkdown(job);
    case "article":
      return (await import("./toArticle.js")).toArticle(job);
  }
}

async function answer(job: ContentJob): Promise<ThreadReply<ContentResult>> {
  try {
    return { ok: true, value: await done(job) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ok: false, name, message };
  }
}

parentPort?.on("message", (job: ContentJob) => {
  answer(job).then((reply) => parentPort?.postMessage(reply));
});
