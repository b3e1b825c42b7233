"""Bytes of resident memory of a task that is parked: very many wait for an event that is never set."""

import asyncio
import gc

from measure import on_both_loops, on_trio, workload


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


async def with_asyncio(n):
    event = asyncio.Event()
    gc.collect()
    before = resident()
    tasks = [asyncio.create_task(event.wait()) for _ in range(n)]
    await asyncio.sleep(0.05)
    figures = {"bytes": (resident() - before) / n}
    event.set()
    await asyncio.gather(*tasks)
    return figures


async def with_trio(n):
    import trio

    event = trio.Event()
    gc.collect()
    before = resident()
    async with trio.open_nursery() as nursery:
        for _ in range(n):
            nursery.start_soon(event.wait)
        await trio.sleep(0.05)
        figures = {"bytes": (resident() - before) / n}
        event.set()
    return figures


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
