import { NO_HEADERS as NONE } from "../settings.js";
import type { Step } from "../step.js";

/**
 * Who asks. A plain request says what we are; what the user wants to be said goes over it. Any other vehicle brings the
 * headers of the browser that it is, a coherent whole, in which ours would be what gives it away.
 */
export const identity: Step = (request, next) => {
  const { settings } = request.errand;
  if (request.rung.vehicle === "plain") {
    const own = request.headers;
    const headers = own === NONE ? settings.usualHeaders : { ...settings.usualHeaders, ...own };
    return next({ ...request, headers });
  }
  if (request.rung.vehicle === "identity") return next({ ...request, identity: settings.identity });
  return next(request);
};
