// GETs of one small page over loopback, 100 at a time. The CPU of the client is the figure.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { heddle, workload } from "./measure.mjs";
import { peer } from "./peers.mjs";

const LIMIT = 100;

async function site() {
  const server = spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => server.kill());
  const [port] = await once(server.stdout, "data");
  return `http://127.0.0.1:${Number(port)}/`;
}

const urls = (url, n) => Array.from({ length: n }, () => url);

await workload(import.meta.url, {
  "undici + p-limit": async () => {
    const [{ Agent, request }, { default: pLimit }, url] = await Promise.all([peer("undici"), peer("p-limit"), site()]);
    const dispatcher = new Agent({ connections: LIMIT });
    return {
      run: async (n) => {
        const limit = pLimit(LIMIT);
        const get = async () => {
          const { body } = await request(url, { dispatcher });
          return (await body.text()).length;
        };
        await Promise.all(urls(url, n).map(() => limit(get)));
      },
    };
  },
  "heddle + undici": async () => {
    const [{ Agent, request }, { mapConcurrent }, url] = await Promise.all([peer("undici"), import("heddle"), site()]);
    const dispatcher = new Agent({ connections: LIMIT });
    return heddle(async (n) => {
      const get = async (address) => {
        const { body } = await request(address, { dispatcher });
        return (await body.text()).length;
      };
      await mapConcurrent(urls(url, n), get, { limit: LIMIT }).toArray();
    });
  },
  "heddle + undici, cancellable": async () => {
    const [{ Agent, request }, { mapConcurrent, timeout }, { onCancel }, url] = await Promise.all([
      peer("undici"),
      import("heddle"),
      import("heddle/lowlevel"),
      site(),
    ]);
    const { EventEmitter } = await import("node:events");
    const dispatcher = new Agent({ connections: LIMIT });
    return heddle(async (n) => {
      const get = (address) =>
        timeout(10_000, async () => {
          const stop = new EventEmitter();
          const watch = onCancel((reason) => stop.emit("abort", reason));
          try {
            const { body } = await request(address, { dispatcher, signal: stop });
            return (await body.text()).length;
          } finally {
            watch[Symbol.dispose]();
          }
        });
      await mapConcurrent(urls(url, n), get, { limit: LIMIT }).toArray();
    });
  },
  "fetch + p-limit": async () => {
    const [{ default: pLimit }, url] = await Promise.all([peer("p-limit"), site()]);
    return {
      run: async (n) => {
        const limit = pLimit(LIMIT);
        await Promise.all(urls(url, n).map(() => limit(async () => (await (await fetch(url)).text()).length)));
      },
    };
  },
  effect: async () => {
    const [{ Agent, request }, { Effect }, url] = await Promise.all([peer("undici"), peer("effect"), site()]);
    const dispatcher = new Agent({ connections: LIMIT });
    return {
      run: (n) =>
        Effect.runPromise(
          Effect.forEach(
            urls(url, n),
            (address) =>
              Effect.promise(async () => {
                const { body } = await request(address, { dispatcher });
                return (await body.text()).length;
              }),
            { concurrency: LIMIT, discard: true },
          ),
        ),
    };
  },
});
