// A process of its own that stores answers until it is killed: `node cacheWriter.mjs FILE NAME [MAX_BYTES]`. It says which
// ones are stored, each on a line, as soon as they are.
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import process from "node:process";
import { HttpCache } from "../../dist/store/httpCache.js";

const [, , file, name, maxBytes = "1000000000"] = process.argv;
const cache = await HttpCache.open(file, { maxBytes: Number(maxBytes) });
for (let n = 0; ; n++) {
  const url = new URL(`https://a.example/${name}/${n}`);
  const body = createHash("sha512")
    .update(url.href)
    .digest("hex")
    .repeat(1 + (n % 400));
  const response = { status: 200, headers: { "cache-control": "max-age=3600" }, body: Buffer.from(body) };
  cache.store({ method: "GET", url, headers: {} }, response);
  if (n % 7 === 3) cache.lookup({ method: "GET", url: new URL(`https://a.example/${name}/${n - 3}`), headers: {} });
  writeSync(1, `${n}\n`);
}
