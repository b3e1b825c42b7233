// What a busy process is asked for meanwhile: the echo of a socket, a timer, and the answer to a worker thread's message.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { summarise } from "./summary.mjs";

/** Sets all three up. `begin()` starts the samples and `end()` stops them and returns what they have come to. */
export async function openProbes() {
  const [echo, worker] = await Promise.all([openEcho(), openWorker()]);
  let timer;
  return {
    async begin() {
      await Promise.all([echo.begin(), worker.begin()]);
      timer = startTimer();
    },
    async end() {
      const [echoed, late, answered] = await Promise.all([echo.end(), timer.end(), worker.end()]);
      return { echo: echoed, timer: late, worker: answered };
    },
  };
}

async function openEcho() {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (data) => socket.write(data));
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = spawn(
    process.execPath,
    [fileURLToPath(new URL("client.mjs", import.meta.url)), server.address().port],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  process.on("exit", () => client.kill());
  const answers = createInterface({ input: client.stdout });
  await once(answers, "line");
  return {
    begin: () => new Promise((resolve) => client.stdin.write("go\n", resolve)),
    async end() {
      client.stdin.write("stop\n");
      const [line] = await once(answers, "line");
      return JSON.parse(line);
    },
  };
}

async function openWorker() {
  const worker = new Worker(new URL("worker.mjs", import.meta.url));
  const others = new Promise((resolve) => {
    worker.on("message", (message) => {
      if (message === "question") worker.postMessage("answer");
      else resolve();
    });
  });
  await others;
  return {
    async begin() {
      worker.postMessage("go");
    },
    end() {
      worker.postMessage("stop");
      return new Promise((resolve) => {
        worker.on("message", (message) => {
          if (message !== "question") resolve(message);
        });
      });
    },
  };
}

/** A timer of 1 ms, set again each time it fires: how much later than that it does. */
function startTimer() {
  const samples = [];
  let stop = null;
  let set = performance.now();
  const fire = () => {
    const now = performance.now();
    samples.push(Math.max(0, now - set - 1));
    set = now;
    if (stop !== null) stop(summarise(samples));
    else setTimeout(fire, 1);
  };
  setTimeout(fire, 1);
  return {
    end: () =>
      new Promise((resolve) => {
        stop = resolve;
      }),
  };
}
