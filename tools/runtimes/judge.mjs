// Compares what the tests did on a runtime with what is known to be impossible there. Nothing passes in silence:
//
//   G1  A test that fails or is skipped is listed as a gap of this runtime. Only where it is allowed (not in CI), a test that
//       says "(needs …)" in its name may be skipped: that is about the machine.
//   G2  A listed gap still is one: its test fails or is skipped.
//   G3  The test of a listed gap is there, unless its file was not run.
//   G4  Every test that ran on another runtime ran on this one.
//
// A gap without a test is a file that cannot be loaded.

/** How a test is called in known-gaps.json and in messages. */
export function keyOf({ file, test }) {
  return test === undefined ? file : `${file} > ${test}`;
}

/**
 * @param outcome `{ tests: [{ file, test?, state, error? }], files }`, of the reporter
 * @param gaps the gaps of this runtime
 * @param options.expected all tests that ran somewhere
 * @param options.machineMayLack whether what the machine lacks may be skipped
 * @returns `{ problems, passed, known, skipped }`: lines that say what is wrong, and how many tests passed, failed as listed, or
 * were skipped for what the machine lacks
 */
export function judge(outcome, gaps, { expected = [], machineMayLack = false } = {}) {
  const problems = [];
  const listed = new Map(gaps.map((gap) => [keyOf(gap), gap]));
  const ran = new Set();
  const met = new Set();
  let passed = 0;
  let skipped = 0;
  for (const each of outcome.tests) {
    const key = keyOf(each);
    ran.add(key);
    if (each.state === "passed") passed++;
    else if (listed.has(key)) met.add(key);
    else if (machineMayLack && each.state === "skipped" && /\(needs /.test(each.test)) skipped++;
    else problems.push(`${each.state}: ${key}${each.error === undefined ? "" : `\n${indent(each.error)}`}`);
  }
  for (const [key, gap] of listed) {
    if (met.has(key) || !outcome.files.includes(gap.file)) continue;
    if (gap.test === undefined || ran.has(key)) problems.push(`passes now, take it out of the gaps: ${key}`);
    else problems.push(`listed as a gap, but there is no such test: ${key}`);
  }
  problems.push(...describeMissing(expected.filter((each) => !ran.has(keyOf(each)))));
  for (const error of outcome.unhandled) problems.push(`unhandled error:\n${indent(error)}`);
  return { problems, passed, known: met.size, skipped };
}

/** One line a file: a file that could not be loaded takes all its tests with it. */
function describeMissing(missing) {
  const testsByFile = new Map();
  for (const { file, test } of missing) testsByFile.set(file, [...(testsByFile.get(file) ?? []), test]);
  return [...testsByFile].map(([file, tests]) => {
    const more = tests.length === 1 ? "" : `, and ${tests.length - 1} more of this file`;
    return `ran elsewhere, but not here: ${keyOf({ file, test: tests[0] })}${more}`;
  });
}

function indent(text) {
  return text.replace(/^/gm, "    ");
}
