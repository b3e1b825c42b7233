// A vitest reporter that writes what each test did to the file that HEDDLE_RUNTIME_RESULTS names.
import { writeFileSync } from "node:fs";

const LONGEST = 1500;

// biome-ignore lint/style/noDefaultExport: vitest takes the default export of a reporter's module
export default class RuntimeReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const outcome = {
      files: modules.map((module) => module.relativeModuleId),
      tests: modules.flatMap(testsOf),
      unhandled: unhandledErrors.map(describe),
    };
    writeFileSync(process.env["HEDDLE_RUNTIME_RESULTS"], JSON.stringify(outcome));
  }
}

/** The tests of a module, and the module itself where it could not be loaded or a hook of it has thrown. */
function testsOf(module) {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests()].map((test) => {
    const { state, errors = [] } = test.result();
    const error = errors.length === 0 ? undefined : errors.map(describe).join("\n");
    return { file, test: test.fullName, state, error };
  });
  const broken = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
  if (broken.length > 0) tests.push({ file, state: "failed", error: broken.map(describe).join("\n") });
  return tests;
}

/** Where the test timed out, the first line of the stack says something else than the message. */
function describe(error) {
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  const text = [`${error.name ?? "Error"}: ${error.message}`, ...frames].join("\n");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
