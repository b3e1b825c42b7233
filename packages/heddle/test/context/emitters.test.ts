import { EventEmitter, EventEmitterAsyncResource, on, once } from "node:events";
import { currentScope } from "heddle/lowlevel";
import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import { gate, whoRuns } from "./whoRuns.js";

describe("the context of a listener", () => {
  it("is the emitter's for an EventEmitter", async () => {
    const seen = await whoRuns((note) => {
      const news = new EventEmitter();
      return { listener: () => news.on("news", () => note("listener")), emitter: () => news.emit("news") };
    });
    expect(seen).toEqual(["listener in emitter"]);
  });

  it("is the maker's for an EventEmitterAsyncResource", async () => {
    const seen = await whoRuns((note) => {
      let news = new EventEmitter();
      return {
        maker() {
          news = new EventEmitterAsyncResource({ name: "News" });
        },
        listener: () => news.on("news", () => note("listener")),
        emitter: () => news.emit("news"),
      };
    });
    expect(seen).toEqual(["listener in maker"]);
  });

  it("is the dispatcher's for an EventTarget", async () => {
    const seen = await whoRuns((note) => {
      const target = new EventTarget();
      return {
        listener: () => target.addEventListener("news", () => note("listener")),
        dispatcher: () => target.dispatchEvent(new Event("news")),
      };
    });
    expect(seen).toEqual(["listener in dispatcher"]);
  });

  it("is the aborter's for an AbortSignal, also through AbortSignal.any()", async () => {
    const seen = await whoRuns(
      (note) => {
        const controller = new AbortController();
        return {
          listener() {
            controller.signal.addEventListener("abort", () => note("listener"));
            AbortSignal.any([controller.signal]).addEventListener("abort", () => note("listener of any()"));
          },
          aborter: () => controller.abort(),
        };
      },
      { notes: 2 },
    );
    expect(seen.sort()).toEqual(["listener in aborter", "listener of any() in aborter"]);
  });

  it("is the canceller's for the signal of a scope of ours", async () => {
    const seen = await whoRuns((note) => {
      let cancel = (): void => {};
      return {
        listener() {
          const scope = currentScope();
          scope.signal.addEventListener("abort", () => note("listener"));
          cancel = () => scope.cancel("enough");
        },
        canceller: () => cancel(),
      };
    });
    expect(seen).toEqual(["listener in canceller"]);
  });

  it("is the maker's for AbortSignal.timeout(), except on Bun and Deno", async () => {
    const seen = await whoRuns((note) => {
      const made = gate<AbortSignal>();
      return {
        maker: () => made.open(AbortSignal.timeout(1)),
        async listener() {
          (await made.opened).addEventListener("abort", () => note("listener"));
        },
      };
    });
    expect(seen).toEqual([`listener in ${onThisRuntime("abortSignalTimeout")}`]);
  });

  it("is not what counts after events.once() and in a loop over events.on(): they go on in the waiter's", async () => {
    const seen = await whoRuns(
      (note) => {
        const news = new EventEmitter();
        const ready = gate();
        return {
          async waiter() {
            const first = once(news, "news");
            const all = on(news, "news");
            ready.open();
            await first;
            note("after once()");
            for await (const _ of all) {
              note("loop body");
              break;
            }
          },
          async emitter() {
            await ready.opened;
            news.emit("news");
          },
        };
      },
      { notes: 2 },
    );
    expect(seen).toEqual(["after once() in waiter", "loop body in waiter"]);
  });
});
