import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { selfSigned } from "../../../crawl/test/support/selfSigned.js";
import { folder } from "../support/folder.js";
import { ended, heddle, records, startHeddle } from "../support/heddle.js";
import { TestSite } from "../support/site.js";

// Starting the command takes long on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let site: TestSite;
beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site.stop());

describe("records and exit codes", () => {
  test("a page that is there is a record with its HTML, and the exit code is 0", async () => {
    const { code, stdout, stderr } = await heddle(["fetch", site.url("/page/7")]);
    expect(records(stdout)).toEqual([
      expect.objectContaining({
        url: site.url("/page/7"),
        finalUrl: site.url("/page/7"),
        status: 200,
        outcome: "ok",
        contentType: "text/html; charset=utf-8",
        bytes: 15,
        attempts: 1,
        html: "<h1>Page 7</h1>",
      }),
    ]);
    expect(stderr).toMatch(/^1 page fetched in .*\n$/);
    expect(code).toBe(0);
  });

  test("each thing that can go wrong is a record of its own, and the exit code is 1", async () => {
    const urls = [
      site.url("/page/1"),
      site.url("/redirect"),
      site.url("/status/404"),
      site.url("/reset"),
      "nonsense",
      "ftp://example.com/",
      "http://127.0.0.1:1/",
      "http://no-such-host.invalid/",
      site.url("/hang/1"),
    ];
    const { code, stdout, stderr } = await heddle(["fetch", "--retries", "0", "--stall-timeout", "300ms", ...urls]);
    const outcomes = Object.fromEntries(records(stdout).map(({ url, outcome }) => [url, outcome]));
    expect(outcomes).toEqual({
      [site.url("/page/1")]: "ok",
      [site.url("/redirect")]: "ok",
      [site.url("/status/404")]: "http-error",
      [site.url("/reset")]: "reset",
      nonsense: "bad-url",
      "ftp://example.com/": "bad-url",
      "http://127.0.0.1:1/": "refused",
      "http://no-such-host.invalid/": "dns",
      [site.url("/hang/1")]: "stalled",
    });
    expect(stderr).toMatch(/^2 of 9 pages fetched in .*, 7 failed: 2 bad-url, /);
    expect(code).toBe(1);
  });

  test("headers and the user agent are sent, and `--quiet` says nothing on stderr", async () => {
    const flags = ["-q", "-H", "X-One: 1", "--header", "accept-language: de", "--user-agent", "tester/2"];
    const { stdout, stderr } = await heddle(["fetch", ...flags, site.url("/headers")]);
    expect(stderr).toBe("");
    const [record] = records(stdout);
    expect(JSON.parse(record?.["html"] as string)).toMatchObject({
      "x-one": "1",
      "accept-language": "de",
      "user-agent": "tester/2",
    });
  });
});

describe("certificates", () => {
  test("one that nobody vouches for is refused, and accepted with `--insecure`", async () => {
    const server = createSecureServer(selfSigned, (_, response) => response.end("secret"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const [careful, careless] = await Promise.all([heddle(["fetch", url]), heddle(["fetch", "--insecure", url])]);
    expect(records(careful.stdout)).toEqual([expect.objectContaining({ outcome: "tls", attempts: 1 })]);
    expect(careful.code).toBe(1);
    expect(records(careless.stdout)).toEqual([expect.objectContaining({ outcome: "ok", html: "secret" })]);
    expect(careless.code).toBe(0);
  });
});

describe("input", () => {
  test("`-i -` reads URLs from the standard input, without comments, blank lines, CRs and a byte order mark", async () => {
    const stdin = `\ufeff${site.url("/page/1")}\r\n\r\n# ${site.url("/page/2")}\r\n  ${site.url("/page/3")}  `;
    const { code, stdout } = await heddle(["fetch", "-i", "-"], { stdin });
    expect(records(stdout).map(({ url }) => url)).toEqual([site.url("/page/1"), site.url("/page/3")]);
    expect(code).toBe(0);
  });

  test("a URL is fetched when its line is there, while the input goes on", async () => {
    const child = startHeddle("fetch", "-i", "-", "-q");
    child.stdin.write(`${site.url("/page/1")}\n`);
    const [first] = (await once(child.stdout, "data")) as [Buffer];
    expect(records(String(first))).toHaveLength(1);
    child.stdin.end();
    expect((await ended(child)).code).toBe(0);
  });

  test("files and the command line add up", async () => {
    const [one, two] = [join(folder(), "one.txt"), join(folder(), "two.txt")];
    writeFileSync(one, `${site.url("/page/1")}\n`);
    writeFileSync(two, `${site.url("/page/2")}\n`);
    const { stdout } = await heddle(["fetch", "--ordered", "-i", one, "-i", two, site.url("/page/0")]);
    expect(records(stdout).map(({ url }) => url)).toEqual(site.urls(3));
  });

  test("an empty file is no error, one that is not there is", async () => {
    const [empty, none] = await Promise.all([heddle(["fetch", "-i", "-"]), heddle(["fetch", "-i", "no/such.txt"])]);
    expect(empty).toMatchObject({ code: 0, stdout: "", stderr: expect.stringMatching(/^0 pages fetched/) });
    const stderr = 'heddle: Cannot read URLs as there is no such file or folder: received "no/such.txt"\n';
    expect(none).toMatchObject({ code: 2, stdout: "", stderr });
  });
});

describe("output", () => {
  test("`-o` writes the records to a file, in place of what was in it", async () => {
    const file = join(folder(), "records.ndjson");
    writeFileSync(file, "old\n".repeat(1000));
    const { code, stdout } = await heddle(["fetch", "-o", file, ...site.urls(20)]);
    expect([code, stdout]).toEqual([0, ""]);
    expect(records(readFileSync(file, "utf8"))).toHaveLength(20);
  });

  test("`-o` does not empty the file that the URLs are read from", async () => {
    const file = join(folder(), "urls.txt");
    writeFileSync(file, `${site.url("/page/1")}\n`);
    const { code, stderr } = await heddle(["fetch", "-i", file, "-o", file]);
    expect(stderr).toMatch(/^heddle: Cannot set --output as the URLs are read from this file/);
    expect(code).toBe(2);
    expect(readFileSync(file, "utf8")).not.toBe("");
  });

  test("what is not text is base64 in the record, and other encodings come out as Unicode", async () => {
    const { stdout } = await heddle(["fetch", "--ordered", site.url("/binary"), site.url("/latin1")]);
    const [binary, latin1] = records(stdout);
    expect(binary).toMatchObject({ body: "AAH+/w==", bodyEncoding: "base64" });
    expect(latin1).toMatchObject({ html: "é", charset: "windows-1252" });
  });

  test("`--body none` leaves the bodies out", async () => {
    const { stdout } = await heddle(["fetch", "--body", "none", site.url("/page/1"), site.url("/binary")]);
    for (const record of records(stdout)) expect(record).not.toHaveProperty("html");
    expect(stdout).not.toContain("base64");
  });

  test("`--body DIR/` makes a file of each body and names it in the record", async () => {
    const pages = join(folder(), "deep/pages/");
    const urls = [site.url("/page/1"), site.url("/latin1"), site.url("/binary"), "nonsense"];
    const { stdout } = await heddle(["fetch", "--ordered", "--body", pages, ...urls]);
    const files = records(stdout).map(({ file }) => file as string | undefined);
    expect(files.map((file) => file && readFileSync(file))).toEqual([
      Buffer.from("<h1>Page 1</h1>"),
      Buffer.from("é"),
      Buffer.from([0, 1, 254, 255]),
      undefined,
    ]);
    expect(
      readdirSync(pages)
        .map((name) => join(pages, name))
        .sort(),
    ).toEqual(files.slice(0, 3).sort());
    expect(stdout).not.toContain("<h1>");
  });

  test("`--body DIR/` writes what is large while it comes", async () => {
    const size = 64 * 2 ** 20;
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "application/zip" });
      response.end(Buffer.alloc(size, 7));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const pages = `${folder()}/pages/`;
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dump.zip`;
      const { code, stdout } = await heddle(["fetch", "--no-robots", "--body", pages, url]);
      const [record] = records(stdout);
      expect(record).toMatchObject({ outcome: "ok", bytes: size });
      expect(code).toBe(0);
      expect(statSync(String(record?.["file"])).size).toBe(size);
      expect(readdirSync(pages)).toHaveLength(1);
      const small = await heddle(["fetch", "--no-robots", "--body", pages, "--max-body", "1mb", url]);
      expect(records(small.stdout)[0]).toMatchObject({ outcome: "too-large" });
    } finally {
      server.close();
    }
  });

  test("`--ordered` gives the records in the order of the URLs, slow ones first", async () => {
    const urls = [site.url("/hang/1"), ...site.urls(50)];
    const { stdout } = await heddle(["fetch", "--ordered", "--stall-timeout", "300", "--retries", "0", ...urls]);
    expect(records(stdout).map(({ url }) => url)).toEqual(urls);
  });

  test("a reader who has seen enough ends it quietly and at once", async () => {
    const child = startHeddle("fetch", "-i", "-", "-c", "4");
    child.stdin.end(site.urls(5000, (n) => `/big/${n}`).join("\n"));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [[code], stderr] = await Promise.all([once(child, "exit"), text(child.stderr)]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(site.requests).toBeLessThan(4000);
  });

  test("a slow reader slows the requests down", async () => {
    const before = site.requests;
    const child = startHeddle("fetch", "-q", "-i", "-", "-c", "8", "--per-host", "8");
    child.stdin.end(site.urls(200, (n) => `/big/${n}`).join("\n"));
    // Nobody reads: it stops once the pipe and the requests at a time are full.
    await site.until(() => site.requests - before >= 8 && site.open === 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(site.requests - before).toBeLessThan(100);
    const { stdout } = await ended(child);
    expect(records(stdout)).toHaveLength(200);
  });

  test("an output that cannot be written ends it before anything is fetched", async () => {
    const before = site.requests;
    const dir = folder();
    const { code, stderr } = await heddle(["fetch", "-o", dir, site.url("/page/1")]);
    expect(stderr).toBe(`heddle: Cannot write as it is a folder: received ${JSON.stringify(dir)}\n`);
    expect([code, site.requests - before]).toEqual([2, 0]);
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk ends it with exit code 2 and a message", async () => {
    const { code, stderr } = await heddle(["fetch", "-q", "-o", "/dev/full", site.url("/page/1")]);
    expect(stderr).toBe('heddle: Cannot write as the disk is full: received "/dev/full"\n');
    expect(code).toBe(2);
  });
});
