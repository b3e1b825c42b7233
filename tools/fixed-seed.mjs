// Before each test file: properties are tried with the same values for everybody, as a check that everybody runs has to come
// out the same. New values are tried by soaking (`npm run soak`).
import fc from "fast-check";

const SEED = 20_241_124;

if (process.env.HEDDLE_SOAK === undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
