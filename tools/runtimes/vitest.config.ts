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
    globalSetup: [],
    setupFiles: ["tools/fixed-seed.mjs", "tools/runtimes/prove.mjs"],
    reporters: ["default", "./tools/runtimes/reporter.mjs"],
  },
});

export default config;
