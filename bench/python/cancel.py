"""Very many sleeping tasks are cancelled at once, and all of their clean-up is waited for."""

import asyncio

from measure import on_both_loops, on_trio, workload

LONG = 600


async def with_asyncio(n):
    cleaned = 0

    async def sleeper():
        nonlocal cleaned
        try:
            await asyncio.sleep(LONG)
        finally:
            cleaned += 1

    tasks = [asyncio.create_task(sleeper()) for _ in range(n)]
    await asyncio.sleep(0.001)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert cleaned == n


async def with_trio(n):
    import trio

    cleaned = 0

    async def sleeper():
        nonlocal cleaned
        try:
            await trio.sleep(LONG)
        finally:
            cleaned += 1

    async with trio.open_nursery() as nursery:
        for _ in range(n):
            nursery.start_soon(sleeper)
        await trio.sleep(0.001)
        nursery.cancel_scope.cancel()
    assert cleaned == n


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
