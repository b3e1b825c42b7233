import type { Step } from "../step.js";

/**
 * Who asks. A plain request says what we are; what the user wants to be said goes over it. Any other vehicle brings the
 * headers of the browser that it is, a coherent whole, in which ours would be what gives it away.
 */
export const identity: Step = (request, next) => {
  if (request.rung.vehicle !== "plain") return next(request);
  return next({ ...request, headers: { ...request.errand.settings.usualHeaders, ...request.headers } });
};
