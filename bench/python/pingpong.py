"""Two tasks hand one token back and forth."""

import asyncio

from measure import on_both_loops, on_trio, workload


async def with_asyncio(n):
    there, back = asyncio.Queue(1), asyncio.Queue(1)

    async def ping():
        for i in range(n):
            there.put_nowait(i)
            await back.get()

    async def pong():
        for _ in range(n):
            back.put_nowait(await there.get())

    await asyncio.gather(ping(), pong())


async def with_trio(n):
    import trio

    there_in, there_out = trio.open_memory_channel(1)
    back_in, back_out = trio.open_memory_channel(1)

    async def ping():
        for i in range(n):
            there_in.send_nowait(i)
            await back_out.receive()

    async def pong():
        for _ in range(n):
            back_in.send_nowait(await there_out.receive())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(ping)
        nursery.start_soon(pong)


workload({**on_both_loops(with_asyncio), **on_trio(with_trio)})
