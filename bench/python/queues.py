"""Producers and consumers on a queue that holds 100."""

import asyncio

from measure import on_both_loops, on_trio, workload

CAPACITY = 100


def queue_workload(pairs):
    async def with_asyncio(n):
        each = -(-n // pairs)
        queue = asyncio.Queue(CAPACITY)

        async def produce():
            for i in range(each):
                await queue.put(i)

        async def consume():
            for _ in range(each):
                await queue.get()

        await asyncio.gather(*[f() for _ in range(pairs) for f in (produce, consume)])

    async def with_trio(n):
        import trio

        each = -(-n // pairs)
        send, receive = trio.open_memory_channel(CAPACITY)

        async def produce():
            for i in range(each):
                await send.send(i)

        async def consume():
            for _ in range(each):
                await receive.receive()

        async with trio.open_nursery() as nursery:
            for _ in range(pairs):
                nursery.start_soon(produce)
                nursery.start_soon(consume)

    workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
