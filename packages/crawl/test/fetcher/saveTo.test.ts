import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import zlib from "node:zlib";
import { cancelScope, isCancelled } from "heddle";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FetcherOptions, Page } from "../../src/index.js";
import { createFetcher, getPage, recordOf, SaveError } from "../../src/index.js";
import type { FaultServer } from "../faults/faultServer.js";
import { startFaultServer } from "../faults/faultServer.js";
import type { Site } from "../support/site.js";
import { startSite } from "../support/site.js";

const MiB = 2 ** 20;
const TEXT = `<title>A page</title><h1>A page</h1><p>${"With more than a few words in it. ".repeat(60)}</p>`;
const IMAGE = Buffer.from([137, 80, 78, 71, 0, 1, 2, 3, 255]);
const LONG = `${TEXT}${"<p>And so on, and so on.</p>\n".repeat(400_000)}`;

let site: Site;
let faults: FaultServer;
let folder = "";

beforeAll(async () => {
  const answers =
    (
      headers: Record<string, string>,
      body: string | Uint8Array,
      status = 200,
    ): Parameters<typeof startSite>[0][string] =>
    (_request, response) =>
      void response.writeHead(status, headers).end(body);
  const html = { "content-type": "text/html; charset=utf-8" };
  faults = await startFaultServer();
  site = await startSite({
    "/": TEXT,
    "/image": answers({ "content-type": "image/png" }, IMAGE),
    "/gzip": answers({ "content-type": "application/pdf", "content-encoding": "gzip" }, zlib.gzipSync(IMAGE)),
    "/long": answers(html, LONG),
    "/empty": answers(html, ""),
    "/gone": answers(html, TEXT, 404),
    "/moved": answers({ location: "/image" }, "this way", 302),
    "/robots.txt": answers({ "content-type": "application/octet-stream" }, "User-agent: *\nAllow: /"),
    "/flaky": (_request, response) => {
      const times = site.log.filter((line) => line.endsWith("/flaky")).length;
      response.writeHead(times < 3 ? 503 : 200, { "content-type": "image/png" }).end(`${times}`.repeat(10));
    },
    "/hangs": (_request, response) => {
      response.writeHead(200, { "content-type": "image/png", "content-length": "1000000" });
      response.write(Buffer.alloc(100_000));
    },
  });
});
afterAll(async () => {
  await site.close();
  await faults.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "heddle-save-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const get = (path: string, options: FetcherOptions = {}): Promise<Page> =>
  getPage(site.url + path, { saveTo: folder, retries: 0, ...options });
const read = ({ file }: Page): Buffer => readFileSync(file ?? "");

describe("saveTo", () => {
  it("saves a page in a file of its own, and has its text all the same", async () => {
    const page = await get("/");
    expect(page).toMatchObject({ verdict: "ok", hasBody: true, html: TEXT });
    expect(basename(page.file ?? "")).toMatch(/^127\.0\.0\.1-\d+-[0-9a-f]{16}\.html$/);
    expect(dirname(page.file ?? "")).toBe(folder);
    expect(read(page).toString()).toBe(TEXT);
    expect(readdirSync(folder)).toEqual([basename(page.file ?? "")]);
  });

  it("keeps what is no text in its file only, decompressed", async () => {
    for (const path of ["/image", "/gzip", "/moved"]) {
      const page = await get(path);
      expect(page).toMatchObject({ verdict: "notHtml", hasBody: false, size: IMAGE.length, html: "" });
      expect(page.bytes).toHaveLength(0);
      expect(read(page).equals(IMAGE)).toBe(true);
      expect(recordOf(page)).toMatchObject({ file: page.file, bytes: IMAGE.length });
      expect(recordOf(page)).not.toHaveProperty("body");
    }
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it("keeps a long text in its file only, judges it by its beginning, and knows its charset", async () => {
    const page = await get("/long");
    expect(page).toMatchObject({ verdict: "ok", hasBody: false, html: "", size: LONG.length });
    expect(page.charset?.charset).toBe("utf-8");
    expect(read(page).toString()).toBe(LONG);
  });

  it("leaves texts below `from` in memory", async () => {
    const saveTo = { dir: folder, from: 10_000 };
    expect((await get("/", { saveTo })).file).toBeNull();
    expect((await get("/image", { saveTo })).file).not.toBeNull();
    expect((await get("/", { saveTo: { dir: folder, from: 1000 } })).file).not.toBeNull();
    expect((await get("/long", { saveTo: { dir: folder, from: Infinity } })).file).not.toBeNull();
  });

  it("saves the pages of errors too, and of an empty body nothing", async () => {
    const page = await get("/gone");
    expect(page.verdict).toBe("notFound");
    expect(read(page).toString()).toBe(TEXT);
    expect((await get("/empty")).file).toBeNull();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("does not save robots.txt", async () => {
    await using fetcher = createFetcher({ saveTo: folder });
    await fetcher.get(`${site.url}/`);
    expect(site.log).toContain("GET /robots.txt");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("makes the folder, and can be said for one page", async () => {
    await using fetcher = createFetcher();
    const dir = join(folder, "a/b");
    expect((await fetcher.get(`${site.url}/`)).file).toBeNull();
    const page = await fetcher.get(`${site.url}/`, { saveTo: dir });
    expect(dirname(page.file ?? "")).toBe(dir);
  });

  it("leaves no file of attempts that were tried again", async () => {
    const page = await get("/flaky", { retries: 3, backoff: { base: 1, cap: 1 } });
    expect(page.attempts).toHaveLength(3);
    expect(read(page).toString()).toBe("3333333333");
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("saves what comes from a cache too", async () => {
    const cache = join(folder, "cache.db");
    const dir = join(folder, "files");
    await get("/image", { cache, saveTo: { dir: join(folder, "other"), from: 0 } });
    await using fetcher = createFetcher({ cache, offline: false });
    const first = await fetcher.get(`${site.url}/image`, { headers: { "cache-control": "max-stale" } });
    expect(first.file).toBeNull();
    const page = await fetcher.get(`${site.url}/image`, { saveTo: dir });
    expect(read(page).equals(IMAGE)).toBe(true);
  });
});

describe("a file that is there already", () => {
  it("stays, and the new one gets a number", async () => {
    const [first, second, third] = [await get("/"), await get("/"), await get("/")];
    writeFileSync(first.file ?? "", "mine");
    const again = await get("/");
    expect(read(first).toString()).toBe("mine");
    expect(second.file).toBe(first.file?.replace(/\.html$/, "-2.html"));
    expect(third.file).toMatch(/-3\.html$/);
    expect(again.file).toMatch(/-4\.html$/);
  });

  it("is never written to, if ten pages of one URL come at once", async () => {
    await using fetcher = createFetcher({ saveTo: folder, perHost: 10 });
    const pages = await Promise.all(Array.from({ length: 10 }, () => fetcher.get(`${site.url}/image`)));
    expect(new Set(pages.map(({ file }) => file)).size).toBe(10);
    for (const page of pages) expect(read(page).equals(IMAGE)).toBe(true);
    expect(readdirSync(folder)).toHaveLength(10);
  });

  it("is replaced if that is wanted", async () => {
    const saveTo = { dir: folder, replace: true };
    const first = await get("/", { saveTo });
    writeFileSync(first.file ?? "", "mine");
    const second = await get("/", { saveTo });
    expect(second.file).toBe(first.file);
    expect(read(second).toString()).toBe(TEXT);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it("is not followed if it is a link to somewhere else", async () => {
    const { file } = await get("/");
    const elsewhere = join(folder, "elsewhere");
    writeFileSync(elsewhere, "safe");
    rmSync(file ?? "");
    symlinkSync(elsewhere, file ?? "");
    await get("/");
    await get("/", { saveTo: { dir: folder, replace: true } });
    expect(readFileSync(elsewhere, "utf8")).toBe("safe");
  });
});

describe("a body that is not whole", () => {
  it.each(["close-in-body", "reset-in-body", "gzip-cut", "gzip-bomb"])("leaves no file (%s)", async (fault) => {
    const url = faults.urlOf(fault);
    const page = await getPage(url, { saveTo: folder, retries: 0, robots: false, maxBytes: 100_000 });
    expect(page.failure).not.toBeNull();
    expect(page.file).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves none when it is larger than allowed, whether or not the server says so", async () => {
    for (const path of ["/image", "/gzip"]) {
      expect(await get(path, { maxBytes: 5 })).toMatchObject({ verdict: "tooLarge", file: null });
    }
    expect(await get("/long", { maxBytes: 10 * MiB })).toMatchObject({ verdict: "tooLarge", file: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves none when it stalls, and none when it is cancelled", async () => {
    expect(await get("/hangs", { stallTimeout: 100 })).toMatchObject({ kind: "stalled", file: null });
    expect(readdirSync(folder)).toEqual([]);
    await using fetcher = createFetcher({ saveTo: folder, robots: false });
    const before = site.log.length;
    let error: unknown;
    await cancelScope(async (scope) => {
      const page = fetcher.get(`${site.url}/hangs`).catch((thrown: unknown) => {
        error = thrown;
      });
      while (site.log.length === before || readdirSync(folder).length === 0) await new Promise(setImmediate);
      scope.cancel("enough");
      await page;
    });
    expect(isCancelled(error)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a folder that cannot be written to", () => {
  it("is thrown, as it is no page's fault", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const path of ["/", "/image"]) {
      const error: unknown = await get(path, { saveTo: file }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(SaveError);
      expect((error as SaveError).message).toMatch(/^Cannot save a body as the system says E\w+: received ".*file/);
    }
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it.each<[unknown, string]>([
    ["", 'saveTo must be a folder, or an object with a dir: received ""'],
    [true, "saveTo must be a folder, or an object with a dir: received true"],
    [{ from: 5 }, "saveTo.dir must be a folder: received undefined"],
    [{ dir: "x", from: -1 }, "saveTo.from must be a whole number, 0 or more, or Infinity: received -1"],
    [{ dir: "x", replace: "yes" }, 'saveTo.replace must be true or false: received "yes"'],
    [{ dir: "x", name: "y" }, 'the options are dir, from, replace: received "name"'],
  ])("is not asked for by %j", async (saveTo, message) => {
    await expect(get("/", { saveTo: saveTo as string })).rejects.toThrow(`Cannot fetch a page as ${message}`);
  });
});

describe("200 MB over loopback", () => {
  const SIZE = 200 * MiB;

  it("go to a file with a heap that stays as it is", async () => {
    const piece = Buffer.alloc(64 * 1024, 7);
    const used = (): number => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    let most = 0;
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/zip" });
      let sent = 0;
      const more = (): void => {
        while (sent < SIZE) {
          sent += piece.length;
          if (sent % (4 * MiB) === 0) most = Math.max(most, used());
          if (!response.write(piece)) {
            response.once("drain", more);
            return;
          }
        }
        response.end();
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const before = used();
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dump.zip`;
      const page = await getPage(url, { saveTo: folder, robots: false });
      expect(page.size).toBe(SIZE);
      expect(statSync(page.file ?? "").size).toBe(SIZE);
      expect((most - before) / MiB).toBeLessThan(48);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }, 60_000);
});
