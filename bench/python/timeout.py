"""A timeout around something that is done at once: it never fires."""

import asyncio
import sys

from measure import on_both_loops, on_trio, workload


async def work():
    return 1


async def with_asyncio(n):
    if sys.version_info >= (3, 11):
        for _ in range(n):
            async with asyncio.timeout(1):
                await work()
    else:
        for _ in range(n):
            await asyncio.wait_for(work(), 1)


async def with_trio(n):
    import trio

    for _ in range(n):
        with trio.fail_after(1):
            await work()


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
