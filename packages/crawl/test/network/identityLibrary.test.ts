import { describe, expect, it } from "vitest";
import { MissingPartError } from "../../src/ground/errors.js";
import { identityLibrary } from "../../src/network/identityLibrary.js";

describe("identityLibrary()", () => {
  it("says what to install when it is not there, and looks again the next time", async () => {
    const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package"));
    const error: unknown = await identityLibrary(missing).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MissingPartError);
    expect(error).toMatchObject({
      code: "MISSING_PART",
      message: 'Cannot speak as a browser as an optional part is missing: install it with "npm install wreq-js"',
    });
    expect((await identityLibrary()).getProfiles().length).toBeGreaterThan(50);
  });
});
