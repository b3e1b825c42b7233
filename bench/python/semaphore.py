"""Very many tasks at once, 100 permits; each holds one while it yields once."""

import asyncio

from measure import on_both_loops, on_trio, workload

PERMITS = 100


async def with_asyncio(n):
    semaphore = asyncio.Semaphore(PERMITS)

    async def one():
        async with semaphore:
            await asyncio.sleep(0)

    await asyncio.gather(*[one() for _ in range(n)])


async def with_trio(n):
    import trio

    semaphore = trio.Semaphore(PERMITS)

    async def one():
        async with semaphore:
            await trio.sleep(0)

    async with trio.open_nursery() as nursery:
        for _ in range(n):
            nursery.start_soon(one)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
