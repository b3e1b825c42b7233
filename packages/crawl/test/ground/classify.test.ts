import fc from "fast-check";
import { CancelledError, TimeoutError } from "heddle";
import { describe, expect, it } from "vitest";
import { classify, FetchError, OUTCOMES } from "../../src/index.js";
import { systemError } from "../support/fakeTransport.js";

describe("classify()", () => {
  it.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["EAI_NODATA", "dns"],
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "refused"],
    ["ECONNRESET", "reset"],
    ["EPIPE", "reset"],
    ["ETIMEDOUT", "timeout"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
    ["UND_ERR_HEADERS_TIMEOUT", "stalled"],
    ["UND_ERR_BODY_TIMEOUT", "stalled"],
    ["UND_ERR_HEADERS_OVERFLOW", "protocol"],
    ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "truncated"],
    ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "too-large"],
    ["HPE_INVALID_CONSTANT", "protocol"],
    ["HPE_INVALID_EOF_STATE", "truncated"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
    ["EPROTO", "tls"],
    ["Z_DATA_ERROR", "undecodable"],
    ["Z_BUF_ERROR", "truncated"],
    ["ERR__ERROR_FORMAT_PADDING_1", "undecodable"],
  ] as const)("takes %s for %s", (code, outcome) => {
    expect(classify(systemError(code))).toEqual({ outcome, code, message: `something ${code}` });
  });

  it("takes a name that is too long to be one for dns", () => {
    const error = Object.assign(new Error("getaddrinfo EINVAL aaa.test"), { code: "EINVAL" });
    expect(classify(error).outcome).toBe("dns");
  });

  it("takes a connection that is closed for a reset before the headers, and for a cut in the middle of the body", () => {
    const error = Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
    expect(classify(error, "head").outcome).toBe("reset");
    expect(classify(error, "body").outcome).toBe("truncated");
  });

  it("takes a broken connection for a reset in every phase", () => {
    expect(classify(systemError("ECONNRESET"), "body").outcome).toBe("reset");
  });

  it("knows errors of the HTTP parser by their name when they have no code", () => {
    const error = Object.assign(new Error("Invalid header token"), { name: "HTTPParserError", code: undefined });
    expect(classify(error)).toEqual({ outcome: "protocol", code: "HTTPParserError", message: "Invalid header token" });
  });

  it("knows the errors of this package, of time limits and of cancellation", () => {
    expect(classify(new FetchError("too-large", "BODY_TOO_LARGE", "big")).outcome).toBe("too-large");
    expect(classify(new TimeoutError("late"))).toMatchObject({ outcome: "timeout", code: "HEDDLE_TIMEOUT" });
    expect(classify(new CancelledError("enough"))).toMatchObject({
      outcome: "cancelled",
      message: "Cancelled: enough",
    });
  });

  it("looks through causes, and into the errors of several addresses", () => {
    const wrapped = new TypeError("fetch failed", { cause: systemError("ECONNREFUSED") });
    expect(classify(wrapped)).toMatchObject({ outcome: "refused", code: "ECONNREFUSED" });
    const several = Object.assign(new AggregateError([systemError("ENETUNREACH"), systemError("ETIMEDOUT")]), {
      code: "ENETUNREACH",
    });
    expect(classify(several)).toMatchObject({ outcome: "refused", code: "ENETUNREACH" });
    expect(classify(new AggregateError([], "none"))).toMatchObject({ outcome: "error", message: "none" });
  });

  it("records what it does not know with its own code and message", () => {
    expect(classify(systemError("EWHATEVER"))).toEqual({
      outcome: "error",
      code: "EWHATEVER",
      message: "something EWHATEVER",
    });
    expect(classify(new RangeError("far"))).toEqual({ outcome: "error", code: "RangeError", message: "far" });
    expect(classify("a string")).toEqual({ outcome: "error", code: "UNKNOWN", message: "a string" });
  });

  it("is not confused by codes that are names of an object's own methods", () => {
    expect(classify(systemError("constructor")).outcome).toBe("error");
  });

  it("ends when an error is its own cause", () => {
    const error = new Error("circle");
    error.cause = error;
    expect(classify(error).message).toBe("circle");
  });

  it("never throws, whatever is thrown at it", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), fc.constantFrom("head", "body"), (thrown, phase) => {
        const failure = classify(thrown, phase);
        expect(Object.keys(OUTCOMES)).toContain(failure.outcome);
        expect(typeof failure.code).toBe("string");
        expect(typeof failure.message).toBe("string");
      }),
    );
  });
});
