"""`fairness.py <peer> <load> <seconds>`: keeps asyncio's loop busy and prints how long everything else has waited."""

import asyncio
import json
import os
import random
import subprocess
import sys
import threading
import time

TASKS = 100
CAPACITY = 100
END = -1


async def yielding(busy):
    async def loop():
        done = 0
        while done % 64 or busy():
            await asyncio.sleep(0)
            done += 1
        return done

    return sum(await asyncio.gather(*[loop() for _ in range(TASKS)]))


async def queueing(busy):
    queue = asyncio.Queue(CAPACITY)

    async def produce():
        done = 0
        while done % 64 or busy():
            await queue.put(done)
            done += 1
        await queue.put(END)
        return done

    async def consume():
        while await queue.get() != END:
            pass

    return (await asyncio.gather(produce(), consume()))[0]


LOADS = {"yield": yielding, "queue": queueing}


def summarise(samples):
    ordered = sorted(samples)

    def at(share):
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    return {"count": len(ordered), "p50": at(0.5), "p99": at(0.99), "max": ordered[-1]}


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def open_client():
    """The same client as for the other runtimes, in a process of its own."""
    server = await asyncio.get_running_loop().create_server(Echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    script = os.path.join(os.path.dirname(__file__), "..", "fairness", "client.mjs")
    command = [os.environ.get("BENCH_NODE", "node"), script, str(port)]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    await asyncio.to_thread(client.stdout.readline)
    return client


def order(client, word):
    client.stdin.write(f"{word}\n")
    client.stdin.flush()


class Asker(threading.Thread):
    """A thread that asks the loop's thread something, waits for the answer, and again."""

    def __init__(self, loop):
        super().__init__(daemon=True)
        self.loop, self.samples, self.stopped = loop, [], False

    def run(self):
        answered = threading.Event()
        while not self.stopped:
            time.sleep(random.random() * 0.003)
            start = time.perf_counter()
            answered.clear()
            self.loop.call_soon_threadsafe(answered.set)
            answered.wait()
            self.samples.append((time.perf_counter() - start) * 1000)


class Timer:
    """A timer of 1 ms, set again each time it fires: how much later than that it does."""

    def __init__(self, loop):
        self.loop, self.samples, self.stopped = loop, [], False
        self.set()

    def set(self):
        self.since = time.perf_counter()
        self.loop.call_later(0.001, self.fire)

    def fire(self):
        self.samples.append(max(0, (time.perf_counter() - self.since) * 1000 - 1))
        if not self.stopped:
            self.set()


async def main(load, seconds):
    loop = asyncio.get_running_loop()
    client = await open_client()
    asker = Asker(loop)
    order(client, "go")
    asker.start()
    timer = Timer(loop)
    start = time.perf_counter()
    end = start + seconds
    done = await load(lambda: time.perf_counter() < end)
    wall = time.perf_counter() - start
    asker.stopped = timer.stopped = True
    order(client, "stop")
    echo = json.loads(await asyncio.to_thread(client.stdout.readline))
    await asyncio.to_thread(asker.join)
    figures = {"echo": echo, "timer": summarise(timer.samples), "worker": summarise(asker.samples)}
    print(json.dumps({"n": done, "ns": wall * 1e9 / done, "seconds": seconds, **figures}))


peer, load = sys.argv[1], LOADS.get(sys.argv[2])
if peer not in ("asyncio", "asyncio + uvloop"):
    print(json.dumps({"peers": [] if load is None else ["asyncio", "asyncio + uvloop"]}))
else:
    if peer == "asyncio + uvloop":
        import uvloop

        uvloop.install()
    asyncio.run(main(load, float(sys.argv[3])))
