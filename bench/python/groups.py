"""Groups of 100 tasks, one group after the other; each task yields once."""

import asyncio

from measure import on_both_loops, on_trio, workload

GROUP = 100


async def with_asyncio(n):
    async def job():
        await asyncio.sleep(0)

    for _ in range(0, n, GROUP):
        await asyncio.gather(*[job() for _ in range(GROUP)])


async def with_trio(n):
    import trio

    async def job():
        await trio.sleep(0)

    for _ in range(0, n, GROUP):
        async with trio.open_nursery() as nursery:
            for _ in range(GROUP):
                nursery.start_soon(job)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
