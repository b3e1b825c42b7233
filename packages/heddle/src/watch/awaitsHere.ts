import type { Session } from "node:inspector";
import type { Awaits } from "./awaits.js";
import { findAwaits } from "./awaits.js";

/** For how long at most the program is kept from its work, in milliseconds, the collection of its garbage not counted. */
const PATIENCE = 200;

/** Where the debugger puts what it has found. */
const KEY = Symbol.for("heddle/promises");

/**
 * Where the tasks of this process sit: see `awaits.ts`. It collects the process's garbage, so it is for when something looks
 * wrong. Nothing is known where there is no inspector of Node's.
 */
export async function findAwaitsHere(): Promise<Awaits> {
  if ("bun" in process.versions || "deno" in process.versions) return {};
  const registry = globalThis as unknown as { [KEY]?: readonly object[] };
  let session: Session | undefined;
  try {
    const inspector = await import("node:inspector");
    session = new inspector.Session();
    session.connect();
    const prototype = await ask<{ result: { objectId?: string } }>(session, "Runtime.evaluate", {
      expression: "Promise.prototype",
    });
    const { objects } = await ask<{ objects: { objectId: string } }>(session, "Runtime.queryObjects", {
      prototypeObjectId: prototype.result.objectId,
    });
    await ask(session, "Runtime.callFunctionOn", {
      functionDeclaration: `function () { globalThis[Symbol.for(${JSON.stringify(KEY.description)})] = this; }`,
      objectId: objects.objectId,
    });
    return await findAwaits(registry[KEY] ?? [], PATIENCE);
  } catch {
    // Built without an inspector, or it is not permitted.
    return {};
  } finally {
    delete registry[KEY];
    session?.disconnect();
  }
}

function ask<T>(session: Session, method: string, params: object): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}
