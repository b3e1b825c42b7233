"""All tasks sleep at the same time, for up to 200 ms. The CPU is the figure: the wall has 200 ms of waiting in it."""

import asyncio

from measure import on_both_loops, on_trio, workload


async def with_asyncio(n):
    await asyncio.gather(*[asyncio.sleep((1 + i % 200) / 1000) for i in range(n)])


async def with_trio(n):
    import trio

    async with trio.open_nursery() as nursery:
        for i in range(n):
            nursery.start_soon(trio.sleep, (1 + i % 200) / 1000)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
