import { CAPTCHAS } from "./captchas.js";
import { quote } from "./evidence.js";
import { NAME_SIGNS } from "./nameSigns.js";
import type { PageView } from "./pageView.js";
import type { Sign } from "./sign.js";
import type { Captcha, Vendor } from "./verdict.js";
import { WALL_SIGNS } from "./wallSigns.js";

/** What tells of a wall in front of the site. */
export interface Wall {
  readonly vendor: Vendor;
  readonly as: "blocked" | "captcha" | "limited";
  readonly evidence: readonly string[];
}

/** The wall that has answered in place of the site; undefined if none has shown itself. */
export function findWall(page: PageView): Wall | undefined {
  let vendor: Vendor | undefined;
  let as: Wall["as"] = "blocked";
  const evidence: string[] = [];
  for (const sign of WALL_SIGNS) {
    if ((vendor !== undefined && sign.vendor !== vendor) || !counts(sign, page)) continue;
    const found = foundIn(sign, page);
    if (found === undefined) continue;
    // The first sign of a vendor is its strongest, and says what it is.
    if (vendor === undefined) as = sign.as ?? "blocked";
    vendor = sign.vendor;
    evidence.push(`${found}: ${sign.why}`);
  }
  return vendor === undefined ? undefined : { vendor, as, evidence };
}

/** Who stands in front of a site that has refused without saying more. */
export function nameWall(page: PageView): { vendor: Vendor; evidence: string } | undefined {
  for (const sign of NAME_SIGNS) {
    if (!counts(sign, page)) continue;
    const found = foundIn(sign, page);
    if (found !== undefined) return { vendor: sign.vendor, evidence: `${found}: ${sign.why}` };
  }
  return undefined;
}

/** The CAPTCHA in a page, with what a solver needs. */
export function findCaptcha(page: PageView): (Captcha & { isInvisible: boolean }) | undefined {
  for (const { kind, has, keys, isInvisible = false } of CAPTCHAS) {
    if (!has.test(page.source)) continue;
    for (const key of keys) {
      const siteKey = key.exec(page.source)?.[1];
      if (siteKey !== undefined) return { kind, siteKey, isInvisible };
    }
    return { kind, isInvisible };
  }
  return undefined;
}

function counts(sign: Sign, page: PageView): boolean {
  switch (sign.when) {
    case "always":
      return true;
    case "refused":
      return page.isRefused;
    case "bare":
      return page.isBare;
    case "either":
      return page.isRefused || page.isBare;
    case "empty":
      return page.isBare && page.sketch.text === "" && page.html !== "";
  }
}

/** What was found and where, in words. */
function foundIn(sign: Sign, page: PageView): string | undefined {
  const { has } = sign;
  switch (sign.in) {
    case "header": {
      const value = page.header(sign.name ?? "");
      return value !== undefined && match(value, has) !== undefined
        ? `header ${sign.name}: ${quote(value)}`
        : undefined;
    }
    case "cookie": {
      const name = page.cookies.find((each) => each.startsWith(String(has)));
      return name === undefined ? undefined : `cookie ${quote(name)}`;
    }
    case "url":
      return match(page.finalUrl, has) === undefined ? undefined : `it ended at ${quote(page.finalUrl)}`;
    case "title":
      return match(page.sketch.title, has) === undefined ? undefined : `the title is ${quote(page.sketch.title)}`;
    case "text": {
      const found = match(page.sketch.text, has);
      return found === undefined ? undefined : `the text says ${quote(found)}`;
    }
    case "html": {
      const found = match(page.source, has);
      return found === undefined ? undefined : `the page has ${quote(found)}`;
    }
  }
}

function match(text: string, has: string | RegExp): string | undefined {
  if (typeof has === "string") return text.includes(has) ? has : undefined;
  return has.exec(text)?.[0];
}
