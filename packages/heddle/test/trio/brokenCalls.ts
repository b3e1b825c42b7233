import { isCancelled, Semaphore } from "heddle";
import type { Calls } from "./heddleApi.js";
import { calls } from "./heddleApi.js";

/** Heddle with mistakes in it, by what is wrong with them. Random programs have to find every one. */
export const BROKEN: Readonly<Record<string, Calls>> = {
  "a checkpoint that does not look": { ...calls, checkpoint: async () => {} },
  "a sleep that cannot be cancelled": {
    ...calls,
    sleep: (ms) => calls.shield(() => calls.sleep(ms === Infinity ? 50 : ms)),
  },
  "a shield that hides nothing": { ...calls, shield: (fn, { timeout = Infinity } = {}) => calls.timeout(timeout, fn) },
  "a scope that absorbs every cancellation": {
    ...calls,
    cancelScope: async (fn, options) => {
      try {
        return await calls.cancelScope(fn, options);
      } catch (error) {
        if (isCancelled(error)) return undefined;
        throw error;
      }
    },
  },
  "a timeout that believes a body that swallows": {
    ...calls,
    timeout: async (ms, fn) => {
      let caught = false;
      const value = await calls.cancelScope(
        async (scope) => {
          try {
            return await fn(scope);
          } catch (error) {
            caught = isCancelled(error);
            throw error;
          }
        },
        { timeout: ms },
      );
      return caught ? calls.timeout(0, () => calls.sleep(1) as never) : (value as never);
    },
  },
  "a group that does not cancel the siblings": {
    ...calls,
    taskGroup: (body, options) => calls.taskGroup(body, { ...options, onFailure: "continue" }),
  },
  "a group that waits for nobody": {
    ...calls,
    taskGroup: async (body, options) => {
      const group = calls.taskGroup(body, options);
      group.catch(() => {});
      await calls.checkpoint();
      return undefined;
    },
  },
  "a semaphore that loses the permit of one who is cancelled": {
    ...calls,
    Semaphore: class extends Semaphore {
      override async acquire(n?: number) {
        try {
          return await super.acquire(n);
        } catch (error) {
          super.tryAcquire(n);
          throw error;
        }
      }
    },
  },
};
