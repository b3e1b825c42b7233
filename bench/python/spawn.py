"""Spawns all tasks at once; each yields once and returns; waits for all."""

import asyncio

from measure import on_both_loops, on_trio, workload


async def with_asyncio(n):
    async def job(i):
        await asyncio.sleep(0)
        return i

    await asyncio.gather(*[job(i) for i in range(n)])


async def with_trio(n):
    import trio

    async def job(i):
        await trio.sleep(0)

    async with trio.open_nursery() as nursery:
        for i in range(n):
            nursery.start_soon(job, i)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
