import { cancelScope, isCancelled, now } from "heddle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BrowserTransport } from "../../src/browser/browserTransport.js";
import type { RenderOptions } from "../../src/ground/render.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";
import { describeChromium, get, processesOf, textOf, until } from "./chromium.js";

describeChromium("a cancellation of BrowserTransport", () => {
  let transport: BrowserTransport;
  let site: Site;
  let cut = 0;

  beforeAll(async () => {
    transport = new BrowserTransport({ maxPages: 1 });
    site = await startSite({
      "/": "<h1>hi</h1>",
      "/hangs": (_, r) => {
        r.on("close", () => cut++);
      },
      "/never-loads": `<img src="/hangs">`,
      "/at": (_, r) => r.end(),
    });
    await get(transport, site.url);
  });

  afterAll(async () => {
    await Promise.all([transport.close(), site.close()]);
  });

  /** Cancels `fn` when `when` has come; returns how long it took to notice, in milliseconds. */
  async function cancelled(fn: () => Promise<unknown>, when: () => Promise<void>): Promise<number> {
    site.log.length = 0;
    let thrown: unknown;
    let at = Number.NaN;
    await cancelScope(async (scope) => {
      const running = fn().catch((error: unknown) => {
        thrown = error;
        return now();
      });
      await when();
      at = now();
      scope.cancel("enough");
      at = ((await running) as number) - at;
    });
    expect(isCancelled(thrown)).toBe(true);
    await until("no page is open", () => transport.stats().pages === 0);
    return at;
  }

  const render = (path: string, options?: RenderOptions) => (): Promise<unknown> =>
    get(transport, site.url + path, options);
  const reported = { evaluate: "fetch('/at')" };

  it("ends the wait for the start of Chromium", async () => {
    const another = new BrowserTransport();
    const ms = await cancelled(
      () => get(another, site.url),
      () => until("it starts", () => another.stats().state === "starting"),
    );
    expect(ms).toBeLessThan(1000);
    expect(site.log).toEqual([]);
    await another.close();
  });

  it("ends the wait for the answer, and cuts the connection", async () => {
    cut = 0;
    expect(await cancelled(render("/hangs"), () => site.asked("/hangs"))).toBeLessThan(1500);
    await until("the connection is cut", () => cut === 1);
  });

  it("ends the wait for an event, a selector, or a time", async () => {
    for (const waitFor of ["load", "networkidle", "#never", 60_000]) {
      expect(await cancelled(render("/never-loads", { waitFor }), () => site.asked("/hangs"))).toBeLessThan(1500);
    }
  });

  it("ends each kind of step", async () => {
    const steps = [
      { click: "#never" },
      { fill: "#never", value: "x" },
      { wait: 60_000 },
      { wait: "#never" },
      { evaluate: "new Promise(() => {})" },
      { evaluate: "for (;;);" },
    ];
    for (const step of steps) {
      const options = { steps: [reported, { ...step, timeout: 60_000 }], timeout: 60_000 };
      expect(await cancelled(render("/", options), () => site.asked("/at"))).toBeLessThan(1500);
    }
  });

  it("ends the wait for a picture", async () => {
    const options = { steps: [reported], screenshot: { selector: "#never" } };
    expect(await cancelled(render("/", options), () => site.asked("/at"))).toBeLessThan(1500);
  });

  it("ends the wait for a page", async () => {
    let started = false;
    await cancelled(
      async () => {
        const first = get(transport, `${site.url}/hangs`).catch(() => {});
        await site.asked("/hangs");
        started = true;
        await get(transport, `${site.url}/?second`).finally(() => first);
      },
      () => until("the second waits", () => started && transport.stats().waiting === 1),
    );
    expect(site.log).toEqual(["GET /hangs"]);
  });

  it("is thrown by the body as well", async () => {
    const answer = await get(transport, site.url);
    let thrown: unknown;
    await cancelScope(async (scope) => {
      scope.cancel();
      await textOf(answer).catch((error: unknown) => {
        thrown = error;
      });
    });
    expect(isCancelled(thrown)).toBe(true);
  });

  it("leaves no page behind, and a Chromium that works", async () => {
    await get(transport, site.url);
    await until("no page has a process", () => {
      const renderers = processesOf(transport.stats().pid as number).filter(({ type }) => type === "renderer");
      return renderers.length <= 2;
    });
    expect(transport.stats()).toMatchObject({ starts: 1, pages: 0, waiting: 0 });
  });

  it("does not ask in a scope that is cancelled", async () => {
    site.log.length = 0;
    await cancelScope(async (scope) => {
      scope.cancel();
      await get(transport, site.url);
    });
    expect(site.log).toEqual([]);
  });
});
