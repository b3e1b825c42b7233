import { invalid } from "../ground/check.js";
import type { OptionField } from "./schema.js";

/**
 * The value of an option that is given as text, as in the query of a URL. Durations are milliseconds, sizes are bytes, and a
 * list has commas in it. Whether the value is allowed is for the schema to say.
 *
 * @throws InvalidArgumentError for what cannot be read
 */
export function optionOfText(doing: string, field: OptionField, text: string): unknown {
  const { kind, name } = field;
  switch (kind) {
    case "duration":
    case "size":
    case "count":
    case "number": {
      const number = text.trim() === "" ? Number.NaN : Number(text);
      if (Number.isNaN(number)) throw invalid(doing, `${name} must be a number`, text);
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
    case "headers":
    case "value":
      throw invalid(doing, `${name} cannot be given as text`, text);
    default:
      return text;
  }
}

function flag(doing: string, name: string, text: string): boolean {
  if (/^(true|1|yes|on|)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw invalid(doing, `${name} must be true or false`, text);
}
