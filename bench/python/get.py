"""GETs of one small page over loopback, 100 at a time."""

import asyncio
import os
import subprocess

from measure import on_both_loops, workload

LIMIT = 100


def site():
    server = os.path.join(os.path.dirname(__file__), "..", "js", "server.mjs")
    process = subprocess.Popen([os.environ.get("BENCH_NODE", "node"), server], stdout=subprocess.PIPE)
    return process, f"http://127.0.0.1:{int(process.stdout.readline())}/"


async def with_asyncio(n):
    import aiohttp

    process, url = site()
    try:
        limit = asyncio.Semaphore(LIMIT)
        connector = aiohttp.TCPConnector(limit=LIMIT)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def get():
                async with limit, session.get(url) as response:
                    return len(await response.read())

            await asyncio.gather(*[get() for _ in range(n)])
    finally:
        process.kill()
        process.wait()


workload(on_both_loops(with_asyncio))
