/** For `node --import`: records the whole program, also one that never calls `run()`. Used by `heddle run --trace`. */
import { startTrace } from "./traceRun.js";

const file = process.env["HEDDLE_TRACE"];
if (file !== undefined && file !== "") startTrace(file);
