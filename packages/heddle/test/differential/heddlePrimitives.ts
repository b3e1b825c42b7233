import { Barrier, Condition, Event, Future, LifoQueue, Lock, PriorityQueue, Queue, Semaphore, TaskLocal } from "heddle";
import { AppError } from "./errorNames.js";
import type { Kind, Value } from "./program.js";

/** How each kind of primitive is made. Tests put broken ones in their place. */
export type Makers = Readonly<Record<Kind, (size: number | undefined) => object>>;

export const makers: Makers = {
  lock: () => new Lock(),
  semaphore: (size = 1) => new Semaphore(size),
  boundedSemaphore: (size = 1) => new Semaphore(size, { max: size }),
  event: () => new Event(),
  condition: () => new Condition(),
  barrier: (size = 1) => new Barrier(size),
  queue: (size) => new Queue<Value>(size),
  lifoQueue: (size) => new LifoQueue<Value>(size),
  priorityQueue: (size) => new PriorityQueue<number>(size),
  future: () => new Future<Value>({ reportUnawaited: false }),
  local: () => new TaskLocal<Value>(0),
};

/** What a method gives goes into the trace, unless it is undefined. A promise is waited for. */
type Method = (on: object, value: Value | undefined) => unknown;

function methods<T extends object>(table: Record<string, (on: T, value: Value) => unknown>): Record<string, Method> {
  return table as Record<string, Method>;
}

const lockMethods = methods<Lock>({
  acquire: (lock) => quietly(lock.acquire()),
  release: (lock) => lock.release(),
  locked: (lock) => lock.locked,
});

const semaphoreMethods = methods<Semaphore>({
  acquire: (semaphore) => quietly(semaphore.acquire()),
  release: (semaphore) => semaphore.release(),
  locked: (semaphore) => semaphore.locked,
});

const queueMethods = methods<Queue<Value>>({
  put: (queue, value) => queue.put(value),
  get: (queue) => queue.get(),
  putNowait: (queue, value) => queue.putNowait(value),
  getNowait: (queue) => queue.getNowait(),
  taskDone: (queue) => queue.taskDone(),
  join: (queue) => queue.join(),
  shutdown: (queue) => queue.shutdown(),
  shutdownImmediate: (queue) => queue.shutdown({ immediate: true }),
  size: (queue) => queue.size,
  isEmpty: (queue) => queue.isEmpty,
  isFull: (queue) => queue.isFull,
});

export const METHODS: Readonly<Record<Kind, Record<string, Method>>> = {
  lock: lockMethods,
  semaphore: semaphoreMethods,
  boundedSemaphore: semaphoreMethods,
  event: methods<Event>({
    wait: (event) => event.wait(),
    set: (event) => event.set(),
    clear: (event) => event.clear(),
    isSet: (event) => event.isSet,
  }),
  condition: methods<Condition>({
    acquire: (condition) => quietly(condition.acquire()),
    release: (condition) => condition.lock.release(),
    wait: (condition) => condition.wait(),
    notify: (condition, value) => condition.notify(typeof value === "number" ? value : 1),
    notifyAll: (condition) => condition.notifyAll(),
    locked: (condition) => condition.lock.locked,
  }),
  barrier: methods<Barrier>({
    wait: (barrier) => barrier.wait(),
    meet: (barrier) => quietly(barrier.wait()),
    reset: (barrier) => barrier.reset(),
    abort: (barrier) => barrier.abort(),
    waiting: (barrier) => barrier.waiting,
    broken: (barrier) => barrier.broken,
  }),
  queue: queueMethods,
  lifoQueue: queueMethods,
  priorityQueue: queueMethods,
  future: methods<Future<Value>>({
    wait: (future) => future,
    setResult: (future, value) => future.setResult(value),
    setError: (future, value) => future.setError(new AppError(String(value))),
    cancel: (future) => future.cancel(),
    done: (future) => future.done,
    result: (future) => future.result,
  }),
  local: methods<TaskLocal<Value>>({
    get: (local) => local.get(),
    set: (local, value) => local.set(value),
  }),
};

/** asyncio's `acquire()` gives True, ours something that can be released: neither belongs into a trace. */
async function quietly(promise: PromiseLike<unknown>): Promise<void> {
  await promise;
}
