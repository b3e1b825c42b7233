import { gather, moveOnAfter } from "heddle";
import type { WorkerInfo } from "heddle/watch";
import { ProtocolError } from "../errors.js";
import type { Connection } from "./connection.js";
import type { Answer } from "./pendingCalls.js";
import { PendingCalls } from "./pendingCalls.js";
import type { Inspector, SnapshotRequest } from "./thread.js";
import { Thread } from "./thread.js";

/** How long a worker may take for its first answer, in milliseconds: one that waits in `Atomics.wait()` gives none. */
const FIRST_PATIENCE = 1500;
/** How long it may take for all of them, in milliseconds. */
const PATIENCE = 10_000;

interface Attached {
  readonly sessionId: string;
  readonly workerInfo: { readonly url: string };
}

/** What the worker threads of a process do, as far as they use Heddle. If cancelled: throws; they are as they were. */
export async function lookIntoWorkers(connection: Connection, request: SnapshotRequest): Promise<WorkerInfo[]> {
  const attached: Attached[] = [];
  const inspectors = new Map<string, WorkerInspector>();
  connection.onEvent = (method, params) => {
    if (method === "NodeWorker.attachedToWorker") attached.push(params as Attached);
    if (method !== "NodeWorker.receivedMessageFromWorker") return;
    const { sessionId, message } = params as { sessionId: string; message: string };
    inspectors.get(sessionId)?.receive(message);
  };
  try {
    await connection.call("NodeWorker.enable", { waitForDebuggerOnStart: false });
    const looks = attached.map(({ sessionId, workerInfo }) => async (): Promise<WorkerInfo | null> => {
      const inspector = new WorkerInspector(connection, sessionId);
      inspectors.set(sessionId, inspector);
      return (await moveOnAfter(PATIENCE, () => lookInto(new Thread(inspector), workerInfo.url, request))) ?? null;
    });
    // One that ends meanwhile has nothing to tell.
    const told = await gather(looks, { settle: true });
    const workers = told.flatMap((each) => (each.status === "fulfilled" && each.value !== null ? [each.value] : []));
    return workers.sort((a, b) => a.id - b.id);
  } finally {
    connection.onEvent = null;
    await connection.call("NodeWorker.disable");
  }
}

/** Null for one that has no tasks. */
async function lookInto(thread: Thread, url: string, request: SnapshotRequest): Promise<WorkerInfo | null> {
  if ((await moveOnAfter(FIRST_PATIENCE, () => thread.evaluate("1"))) !== 1) return null;
  const snapshot = await thread.snapshot(request);
  if (snapshot === null || snapshot.tasks.length === 0) return null;
  // The inspector counts workers anew each time that it starts.
  const id = await thread.evaluate('process.getBuiltinModule("node:worker_threads").threadId');
  return { id: Number(id), url: url.replace(/^file:\/\//, ""), snapshot };
}

/** The inspector of a worker thread: what is said to it goes by way of that of the process. */
class WorkerInspector implements Inspector {
  readonly #connection: Connection;
  readonly #sessionId: string;
  readonly #calls = new PendingCalls(
    (message) => new ProtocolError(`Cannot look at a worker as it objects: received ${message}`),
  );

  constructor(connection: Connection, sessionId: string) {
    this.#connection = connection;
    this.#sessionId = sessionId;
  }

  /** If cancelled: the call may have been made; its result is dropped. */
  async call<T>(method: string, params: object = {}): Promise<T> {
    const { id, answer } = this.#calls.add();
    try {
      const message = JSON.stringify({ id, method, params });
      await this.#connection.call("NodeWorker.sendMessageToWorker", { sessionId: this.#sessionId, message });
      return (await answer) as T;
    } finally {
      this.#calls.forget(id);
    }
  }

  receive(text: string): void {
    this.#calls.receive(JSON.parse(text) as Answer);
  }
}
