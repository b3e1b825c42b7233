"""The pages of `bench/js/page.mjs` by Scrapy, which has one reactor for its whole life: it warms up and is measured in one crawl."""

import json
import os
import resource
import subprocess
import sys
import time

CONCURRENCY = 256
HOSTS = 64
PER_HOST = 6
WARM_UP = 0.4


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    peer, size = sys.argv[1], int(sys.argv[2])
    if peer != "scrapy":
        try:
            import scrapy

            print(json.dumps({"peers": ["scrapy"], "version": scrapy.__version__}))
        except ImportError:
            print(json.dumps({"peers": []}))
        return
    import scrapy
    from scrapy.crawler import CrawlerProcess

    server = os.path.join(os.path.dirname(__file__), "..", "js", "pagesServer.mjs")
    process = subprocess.Popen([os.environ.get("BENCH_NODE", "node"), server], stdout=subprocess.PIPE)
    port = int(process.stdout.readline())
    warm_up = int(size * WARM_UP)
    seen = {"pages": 0, "length": 0}

    class Pages(scrapy.Spider):
        name = "pages"

        def start_requests(self):
            for i in range(warm_up + size):
                yield scrapy.Request(f"http://127.0.0.{1 + i % HOSTS}:{port}/en/{i // HOSTS}", callback=self.parse)

        def parse(self, response):
            seen["length"] += len(response.text)
            seen["pages"] += 1
            if seen["pages"] == warm_up:
                seen.update(cpu=cpu(), start=time.perf_counter())
            if seen["pages"] == warm_up + size:
                seen.update(wall=time.perf_counter() - seen["start"], used=cpu() - seen["cpu"])

    crawler = CrawlerProcess(
        settings={
            "CONCURRENT_REQUESTS": CONCURRENCY,
            "CONCURRENT_REQUESTS_PER_DOMAIN": PER_HOST,
            "ROBOTSTXT_OBEY": True,
            "LOG_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    try:
        crawler.crawl(Pages)
        crawler.start()
    finally:
        process.kill()
        process.wait()
    print(
        json.dumps(
            {
                "n": size,
                "ns": seen["wall"] * 1e9 / size,
                "cpuNs": seen["used"] * 1e9 / size,
                "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
