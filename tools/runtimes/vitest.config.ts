import { fileURLToPath } from "node:url";
import type { ViteUserConfig } from "vitest/config";
import { defineConfig } from "vitest/config";
import shared from "../../vitest.config.js";

/** The runtime's tests, as they are, for whatever runtime executes this. What is built was built before. */
const config: ViteUserConfig = defineConfig({
  ...shared,
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    ...shared.test,
    include: ["packages/heddle/test/**/*.test.ts"],
    // Counts what our code does with what only Node has, and comes to the same everywhere: `npm test` is enough.
    exclude: ["packages/heddle/test/scaling/**"],
    globalSetup: [],
    setupFiles: ["tools/fixed-seed.mjs", "tools/runtimes/prove.mjs"],
    reporters: ["default", "./tools/runtimes/reporter.mjs"],
  },
});

export default config;
