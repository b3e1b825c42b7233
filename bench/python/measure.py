"""What every workload in Python shares: `python3 bench/python/<workload>.py <peer> <size>` prints one JSON line."""

import gc
import json
import resource
import sys
import time


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def workload(peers):
    """Runs one peer, once small to warm up and once for the figure. A peer is (runner, coroutine function of n)."""
    peer, size = sys.argv[1], int(sys.argv[2])
    if peer not in peers:
        print(json.dumps({"peers": list(peers)}))
        return
    load = peers[peer]
    runner, run = load()

    async def main():
        await run(max(1, size // 20))
        gc.collect()
        cpu_before, start = cpu(), time.perf_counter()
        extra = await run(size) or {}
        wall, cpu_used = time.perf_counter() - start, cpu() - cpu_before
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = {"n": size, "ns": wall * 1e9 / size, "cpuNs": cpu_used * 1e9 / size, "peakMb": peak, **extra}
        print(json.dumps(figures))

    runner(main)


def asyncio_runner(main):
    import asyncio

    asyncio.run(main())


def uvloop_runner(main):
    import uvloop

    uvloop.install()
    asyncio_runner(main)


def trio_runner(main):
    import trio

    trio.run(main)


def on_both_loops(run):
    """The peers asyncio and asyncio + uvloop, with the same program."""
    return {
        "asyncio": lambda: (asyncio_runner, run),
        "asyncio + uvloop": lambda: (uvloop_runner, run),
    }


def on_trio(run):
    return {"trio": lambda: (trio_runner, run)}
