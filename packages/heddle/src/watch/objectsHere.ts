import type { Session } from "node:inspector";
import { watchable } from "../task/watchable.js";

/** What can be looked for: all of a kind, also those that nobody has listed. */
export type ObjectKind = "WaitList" | "Permit" | "Promise";

/** Where the debugger puts what it has found. */
const KEY = Symbol.for("heddle/found");

/**
 * All objects of these kinds in this process. It collects the process's garbage, once for each kind, so it is for when
 * somebody asks, or something looks wrong. Nothing is found where there is no inspector of Node's.
 */
export async function objectsHere<K extends ObjectKind>(kinds: readonly K[]): Promise<Partial<Record<K, object[]>>> {
  if ("bun" in process.versions || "deno" in process.versions) return {};
  const registry = globalThis as unknown as { [KEY]?: object[] | object | undefined };
  const found: Partial<Record<K, object[]>> = {};
  let session: Session | undefined;
  try {
    const inspector = await import("node:inspector");
    session = new inspector.Session();
    session.connect();
    for (const kind of kinds) {
      registry[KEY] = kind === "Promise" ? Promise.prototype : watchable.kinds[kind];
      const prototype = await ask<{ result: { objectId?: string } }>(session, "Runtime.evaluate", {
        expression: PLACE,
      });
      const { objects } = await ask<{ objects: { objectId: string } }>(session, "Runtime.queryObjects", {
        prototypeObjectId: prototype.result.objectId,
      });
      await ask(session, "Runtime.callFunctionOn", {
        functionDeclaration: `function () { ${PLACE} = this; }`,
        objectId: objects.objectId,
      });
      found[kind] = registry[KEY] as object[];
    }
  } catch {
    // Built without an inspector, or it is not permitted.
  } finally {
    delete registry[KEY];
    session?.disconnect();
  }
  return found;
}

const PLACE = `globalThis[Symbol.for(${JSON.stringify(KEY.description)})]`;

function ask<T>(session: Session, method: string, params: object): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => (error === null ? resolve(result as T) : reject(error)));
  });
}
