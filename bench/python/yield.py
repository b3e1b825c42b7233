"""100 tasks that do nothing but let each other run."""

import asyncio

from measure import on_both_loops, on_trio, workload

TASKS = 100


async def with_asyncio(n):
    async def loop():
        for _ in range(n // TASKS):
            await asyncio.sleep(0)

    await asyncio.gather(*[loop() for _ in range(TASKS)])


async def with_trio(n):
    import trio

    async def loop():
        for _ in range(n // TASKS):
            await trio.sleep(0)

    async with trio.open_nursery() as nursery:
        for _ in range(TASKS):
            nursery.start_soon(loop)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
