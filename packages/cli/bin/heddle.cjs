#!/usr/bin/env node
// Name look-ups, decompression and files share one pool of threads, four by default: a list with many dead names would
// hold everything else up. The size counts only before the pool is first used, and loading an ES module uses it.
process.env.UV_THREADPOOL_SIZE ??= "64";
import("../dist/main.js");
