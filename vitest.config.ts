import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`packages/${path}`, import.meta.url));

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Exact matches: tests run against the sources, never against a build that may be old.
    alias: [
      { find: /^heddle$/, replacement: source("heddle/src/index.ts") },
      { find: /^heddle\/testing$/, replacement: source("heddle/src/testing.ts") },
      { find: /^heddle\/streams$/, replacement: source("heddle/src/streams.ts") },
      { find: /^heddle\/watch$/, replacement: source("heddle/src/watch.ts") },
      { find: /^@heddle\/inspect\/otel$/, replacement: source("inspect/src/otel.ts") },
      { find: /^@heddle\/inspect$/, replacement: source("inspect/src/index.ts") },
      { find: /^heddle\/lowlevel$/, replacement: source("heddle/src/lowlevel.ts") },
      { find: /^@heddle\/serve$/, replacement: source("serve/src/index.ts") },
      { find: /^@heddle\/crawl$/, replacement: source("crawl/src/index.ts") },
    ],
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tools/test/**/*.test.ts", "examples/test/**/*.test.ts"],
    setupFiles: ["tools/fixed-seed.mjs"],
    globalSetup: ["tools/build-before-tests.mjs"],
    reporters: ["default", "./tools/summary-reporter.mjs"],
    testTimeout: 10_000,
    dangerouslyIgnoreUnhandledErrors: false,
  },
});

export default config;
