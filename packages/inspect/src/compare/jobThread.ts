/** A worker thread of `heddle compare`: loads the module, runs each job once, then does what it is told, one job at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { loadHooks, loadJobs } from "./jobs.js";

const jobs = await loadJobs(workerData as string);
const { setup } = await loadHooks(workerData as string);
await setup?.();
for (const job of jobs.values()) await job();

parentPort?.on("message", (name: string) => void answer(name));
parentPort?.postMessage({ ready: true });

async function answer(name: string): Promise<void> {
  try {
    await jobs.get(name)?.();
    parentPort?.postMessage({});
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
