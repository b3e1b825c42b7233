let moment = 0;
let fresh = false;

/**
 * About now, in whole milliseconds of `performance.now()`, for reports of how old things are. Reading the clock for every
 * task and every wait would cost a tenth of it, so it is read once for all jobs that run without a pause.
 */
export function stamp(): number {
  return fresh ? moment : read();
}

function read(): number {
  fresh = true;
  moment = Math.trunc(performance.now());
  process.nextTick(expire);
  return moment;
}

function expire(): void {
  fresh = false;
}
