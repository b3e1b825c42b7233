import { expect } from "vitest";

/** What a test wants to know of an error, whatever its class. */
export type SomeError = Error & { code?: string; reason?: unknown; errors?: unknown[] };

/** The error that `work` throws, now or later; a test that expected one fails where there is none. */
export async function errorOf(work: () => unknown): Promise<SomeError> {
  let value: unknown;
  try {
    value = await work();
  } catch (error) {
    return error as SomeError;
  }
  throw new Error(`Expected an error, but it returned ${String(value)}`);
}

/** As `errorOf()`, for a call that has to throw at once and not by a promise. */
export function errorAtOnce(work: () => unknown): SomeError {
  try {
    work();
  } catch (error) {
    return error as SomeError;
  }
  throw new Error("Expected an error at once, but there was none");
}

/** Checks that a call refuses its arguments, with the message that it promises. */
export async function expectRefused(work: () => unknown, message: string | RegExp): Promise<void> {
  const error = await errorOf(work);
  expect(error).toMatchObject({ name: "InvalidArgumentError", code: "HEDDLE_INVALID_ARGUMENT" });
  if (typeof message === "string") expect(error.message).toBe(message);
  else expect(error.message).toMatch(message);
}
