import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { httpDate, retryAfter } from "../../src/politeness/retryAfter.js";

const NOW = Date.UTC(2026, 7, 14, 10, 0, 0);

describe("retryAfter()", () => {
  it("understands seconds", () => {
    expect(retryAfter("120", NOW)).toBe(120_000);
    expect(retryAfter(" 0 ", NOW)).toBe(0);
  });

  it("understands fractions of a second, which are sent although they are not allowed", () => {
    expect(retryAfter("1.5", NOW)).toBe(1500);
    expect(retryAfter("0.0001", NOW)).toBe(1);
  });

  it("takes a negative delay for no delay", () => {
    expect(retryAfter("-5", NOW)).toBe(0);
    expect(retryAfter("-0", NOW)).toBe(0);
  });

  it.each([
    ["IMF-fixdate", "Fri, 14 Aug 2026 10:01:30 GMT"],
    ["RFC 850", "Friday, 14-Aug-26 10:01:30 GMT"],
    ["asctime", "Fri Aug 14 10:01:30 2026"],
  ])("understands a date in the form of %s", (_form, date) => {
    expect(retryAfter(date, NOW)).toBe(90_000);
  });

  it("understands a day of one digit in the form of asctime", () => {
    expect(retryAfter("Sat Aug  1 00:00:00 2026", Date.UTC(2026, 6, 31, 23, 59, 0))).toBe(60_000);
  });

  it("takes a date in the past for no delay", () => {
    expect(retryAfter("Sun, 06 Nov 1994 08:49:37 GMT", NOW)).toBe(0);
  });

  it("takes two digits of a year for the past when they seem more than fifty years ahead", () => {
    expect(retryAfter("Sunday, 06-Nov-94 08:49:37 GMT", NOW)).toBe(0);
    expect(httpDate("Friday, 14-Aug-76 10:00:00 GMT", NOW)).toBe(Date.UTC(2076, 7, 14, 10));
  });

  it.each([
    "",
    "soon",
    "12 seconds",
    "1e3",
    "0x10",
    "Infinity",
    "Fri, 14 Aug 2026",
    "Fri, 32 Aug 2026 10:00:00 GMT",
    "Fri, 30 Feb 2026 10:00:00 GMT",
    "Fri, 14 Foo 2026 10:00:00 GMT",
    "Fri, 14 Aug 2026 25:00:00 GMT",
    "Fri, 14 Aug 2026 10:60:00 GMT",
    "2026-08-14T10:00:00Z",
  ])("does not guess at %j", (text) => {
    expect(retryAfter(text, NOW)).toBeUndefined();
  });

  it("takes more than a year for a mistake, by which no host is lost for ever", () => {
    expect(retryAfter("31536000", NOW)).toBe(31_536_000_000);
    expect(retryAfter("99999999999999999999", NOW)).toBeUndefined();
    expect(retryAfter("Fri, 31 Dec 9999 23:59:59 GMT", NOW)).toBeUndefined();
  });

  it("finds every moment again in the form in which it is sent today", () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
    fc.assert(
      fc.property(seconds, seconds, (moment, now) => {
        const header = new Date(moment * 1000).toUTCString();
        expect(httpDate(header)).toBe(moment * 1000);
        const seconds = Math.max(0, moment - now);
        expect(retryAfter(header, now * 1000)).toBe(seconds > 366 * 86_400 ? undefined : seconds * 1000);
      }),
    );
  });

  it("gives undefined or a delay that is not negative, whatever a server sends", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const delay = retryAfter(text, NOW);
        expect(delay === undefined || delay >= 0).toBe(true);
      }),
    );
  });
});
