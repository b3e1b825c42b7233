import { invalid } from "../ground/check.js";
import { OptionError } from "../ground/errors.js";
import type { OptionField } from "./schema.js";

/**
 * The value of an option that is given as text, as in the query of a URL. Durations are milliseconds, sizes are bytes, and a
 * list has commas in it. Whether the value is allowed is for the schema to say.
 *
 * @throws OptionError for what cannot be read
 */
export function optionOfText(doing: string, field: OptionField, text: string): unknown {
  const { kind, name } = field;
  switch (kind) {
    case "duration":
    case "size":
    case "count":
    case "number": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      if (Number.isNaN(number)) throw wrong(doing, name, "a number", text);
      return number;
    }
    case "flag":
      return flag(doing, name, text);
    case "mode":
      return text === "auto" ? text : flag(doing, name, text);
    case "wait":
      return /^\d+$/.test(text) ? Number(text) : text;
    case "list":
      return text.split(",").map((each) => each.trim());
    case "json":
    case "headers":
      return parsed(doing, name, text);
    case "viewport": {
      const [, width, height] = /^\s*(\d+)\s*[x×,]\s*(\d+)\s*$/.exec(text) ?? [];
      if (width !== undefined) return { width: Number(width), height: Number(height) };
      return parsed(doing, name, text, "a size such as 1280x720, or JSON");
    }
    case "picture":
      if (text === "full") return text;
      if (text.startsWith("{")) return parsed(doing, name, text);
      // `false` is none, which is said by saying nothing; everything that is no word for yes or no is a selector.
      if (/^(false|0|no|off)$/i.test(text)) return undefined;
      return /^(true|1|yes|on|)$/i.test(text) ? true : { selector: text };
    case "value":
      throw new OptionError(name, invalid(doing, `${name} cannot be given as text`, text).message);
    default:
      return text;
  }
}

function flag(doing: string, name: string, text: string): boolean {
  if (/^(true|1|yes|on|)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw wrong(doing, name, "true or false", text);
}

function parsed(doing: string, name: string, text: string, what: string = "JSON"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(doing, name, what, text);
  }
}

function wrong(doing: string, name: string, what: string, text: string): OptionError {
  return new OptionError(name, invalid(doing, `${name} must be ${what}`, text).message);
}
