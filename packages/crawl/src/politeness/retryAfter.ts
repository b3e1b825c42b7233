/** RFC 9110 section 10.2.3: a number of seconds. Fractions are not allowed there, but sent. */
const DELAY = /^([+-]?)(\d+)(?:\.\d+)?$/;

/**
 * The three forms of a date that RFC 9110 section 5.6.7 has a recipient understand:
 *
 *     Sun, 06 Nov 1994 08:49:37 GMT      IMF-fixdate, the one that is sent today
 *     Sunday, 06-Nov-94 08:49:37 GMT     RFC 850
 *     Sun Nov  6 08:49:37 1994           asctime()
 */
const FIXDATE = /^[a-z]{3}, (\d{2}) ([a-z]{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) (?:gmt|utc)$/i;
const RFC850 = /^[a-z]{6,9}, (\d{2})-([a-z]{3})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) (?:gmt|utc)$/i;
const ASCTIME = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/i;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** What asks for more is a mistake, or mischief: nobody means a year, and a host that is parked for ever is lost. */
const LONGEST = 366 * 86_400_000;

/**
 * How many milliseconds a `Retry-After` header asks to wait, from `now` (milliseconds since 1970). 0 for a
 * moment in the past or a negative delay; undefined for what cannot be understood, or is longer than a year.
 */
export function retryAfter(header: string, now: number): number | undefined {
  const wish = wishOf(header.trim(), now);
  return wish === undefined || wish > LONGEST ? undefined : wish;
}

function wishOf(text: string, now: number): number | undefined {
  const delay = DELAY.exec(text);
  if (delay !== null) return delay[1] === "-" ? 0 : Math.ceil(Number(text) * 1000);
  const moment = httpDate(text, now);
  return moment === undefined ? undefined : Math.max(0, moment - now);
}

/**
 * The moment that an HTTP date stands for, in milliseconds since 1970; undefined if it is no date. `now` is
 * for the form whose year has two digits.
 */
export function httpDate(text: string, now: number = Date.now()): number | undefined {
  const fixdate = FIXDATE.exec(text);
  if (fixdate !== null) {
    const [, day, month, year, ...time] = fixdate;
    return momentOf(Number(year), month, day, time);
  }
  const rfc850 = RFC850.exec(text);
  if (rfc850 !== null) {
    const [, day, month, year, ...time] = rfc850;
    return momentOf(fullYear(Number(year), now), month, day, time);
  }
  const asctime = ASCTIME.exec(text);
  if (asctime !== null) {
    const [, month, day, hour, minute, second, year] = asctime;
    return momentOf(Number(year), month, day, [hour, minute, second]);
  }
  return undefined;
}

/**
 * Of a year with two digits: one that seems to be more than 50 years ahead is the last past year with these
 * digits.
 */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

function momentOf(
  year: number,
  month: string | undefined,
  day: string | undefined,
  time: readonly (string | undefined)[],
): number | undefined {
  const monthIndex = MONTHS.indexOf((month ?? "").toLowerCase());
  const [hour = NaN, minute = NaN, second = NaN] = time.map(Number);
  // 60 is a leap second; the calendar's own overflow turns it into the next minute.
  if (monthIndex < 0 || hour > 23 || minute > 59 || second > 60) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, monthIndex, Number(day));
  if (date.getUTCMonth() !== monthIndex) return undefined;
  return date.setUTCHours(hour, minute, second, 0);
}
