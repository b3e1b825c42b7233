import {
  Barrier,
  CapacityLimiter,
  Condition,
  createTask,
  Event,
  LifoQueue,
  Lock,
  openChannel,
  PriorityQueue,
  Queue,
  RateLimiter,
  RWLock,
  Semaphore,
  sleep,
} from "heddle";
import type { MakePlace } from "./crowd.js";
import { forEver } from "./crowd.js";

/** Whatever tasks can wait at. */
export const PLACES: Record<string, MakePlace> = {
  Event: () => {
    const event = new Event();
    return { wait: () => event.wait() };
  },
  Semaphore: () => {
    const semaphore = new Semaphore(0);
    return { wait: () => semaphore.acquire(), wakeFirst: () => semaphore.release() };
  },
  CapacityLimiter: () => {
    const limiter = new CapacityLimiter(1);
    const place = limiter.tryAcquire();
    return { wait: () => limiter.acquire(), wakeFirst: () => place?.release() };
  },
  RateLimiter: (_, clock) => {
    const limiter = new RateLimiter(1);
    limiter.tryAcquire();
    return { wait: () => limiter.acquire(), wakeFirst: () => clock.advance(1000) };
  },
  Lock: async () => {
    const lock = new Lock();
    const guard = await lock.acquire();
    return { wait: () => lock.with(forEver), wakeFirst: () => guard.release(), goesOn: true };
  },
  "RWLock.write": () => {
    const lock = new RWLock();
    const guard = lock.tryWrite();
    return { wait: () => lock.write(), wakeFirst: () => guard?.release() };
  },
  "Queue.get": () => {
    const queue = new Queue<number>();
    return { wait: () => queue.get(), wakeFirst: () => queue.tryPut(1) };
  },
  "Queue.put": () => {
    const queue = new Queue<number>(1);
    queue.tryPut(0);
    return { wait: (index) => queue.put(index), wakeFirst: () => queue.tryGet() };
  },
  "Queue.join": () => {
    const queue = new Queue<number>();
    queue.tryPut(0);
    return { wait: () => queue.join() };
  },
  "LifoQueue.get": () => {
    const queue = new LifoQueue<number>();
    return { wait: () => queue.get(), wakeFirst: () => queue.tryPut(1) };
  },
  "PriorityQueue.get": () => {
    const queue = new PriorityQueue<number>();
    return { wait: () => queue.get(), wakeFirst: () => queue.tryPut(1) };
  },
  "Receiver.receive": () => {
    const [sender, receiver] = openChannel<number>();
    return { wait: () => receiver.receive(), wakeFirst: () => sender.trySend(1) };
  },
  "Sender.send": () => {
    const [sender, receiver] = openChannel<number>();
    return { wait: (index) => sender.send(index), wakeFirst: () => receiver.tryReceive() };
  },
  Condition: () => {
    const condition = new Condition();
    return {
      wait: () => condition.with(() => condition.wait()),
      wakeFirst: () => condition.with(() => condition.notify()),
    };
  },
  Barrier: (n) => {
    const barrier = new Barrier(n + 2);
    return { wait: () => barrier.wait() };
  },
  Task: () => {
    const task = createTask(forEver);
    return { wait: () => task };
  },
  sleep: (_, clock) => ({ wait: (index) => sleep(1000 + index), wakeFirst: () => clock.advance(1000) }),
};
