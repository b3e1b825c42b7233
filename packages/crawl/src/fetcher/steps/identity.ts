import type { Step } from "../step.js";

/**
 * Who asks. A plain request says what we are; what the user wants to be said goes over it. Any other vehicle brings the
 * headers of the browser that it is, a coherent whole, in which ours would be what gives it away.
 */
export const identity: Step = (request, next) => {
  const { settings } = request.errand;
  if (request.rung.vehicle === "plain") {
    return next({ ...request, headers: { ...settings.usualHeaders, ...request.headers } });
  }
  if (request.rung.vehicle === "identity") return next({ ...request, identity: settings.identity });
  return next(request);
};
