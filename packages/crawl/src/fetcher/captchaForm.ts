import type { SelectedElement } from "../content/select.js";
import { select } from "../content/select.js";
import { urlOf } from "../ground/urlOf.js";
import type { Challenge } from "./challenge.js";

/** A form as a browser would send it. */
export interface FormToSend {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** By the class of a CAPTCHA's element: the fields that its script puts the token into. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "g-recaptcha": ["g-recaptcha-response"],
  // It puts itself in the place of the other.
  "h-captcha": ["h-captcha-response", "g-recaptcha-response"],
  "cf-turnstile": ["cf-turnstile-response"],
  "smart-captcha": ["smart-token"],
};

/** All fields for tokens, whosever they are. */
export const TOKEN_FIELDS: readonly string[] = [...new Set(Object.values(FIELDS).flat())];

const WIDGETS = Object.keys(FIELDS).map((name) => `.${name}`);
const TOKENS = TOKEN_FIELDS.map((name) => `[name="${name}"]`);

/** The form in which the CAPTCHA stands, with the token in it; undefined if it stands in none. */
export async function captchaForm(challenge: Challenge, token: string): Promise<FormToSend | undefined> {
  const forms = await select(challenge.html, "form");
  const form = forms.find((each) => each.select([...WIDGETS, ...TOKENS].join(", ")).length > 0);
  const action = urlOf(form?.attribute("action") ?? "", challenge.url);
  if (form === undefined || action === undefined || !/^https?:$/.test(action.protocol)) return undefined;
  const fields = fieldsOf(form);
  for (const name of tokenFieldsOf(form)) fields.set(name, token);
  const from = new URL(challenge.url);
  const headers = { referer: from.origin + from.pathname + from.search };
  if (!/^post$/i.test(form.attribute("method")?.trim() ?? "")) {
    action.search = fields.toString();
    return { url: action, method: "GET", headers, body: undefined };
  }
  const more = { "content-type": "application/x-www-form-urlencoded", origin: from.origin };
  return { url: action, method: "POST", headers: { ...headers, ...more }, body: fields.toString() };
}

function tokenFieldsOf(form: SelectedElement): readonly string[] {
  const there = TOKEN_FIELDS.filter((name) => form.select(`[name="${name}"]`).length > 0);
  const usual = Object.entries(FIELDS).flatMap(([widget, names]) =>
    form.select(`.${widget}`).flatMap((element) => element.attribute("data-response-field-name") ?? names),
  );
  return [...there, ...usual];
}

/** What is not sent, or only where somebody has pressed or chosen it. */
const NOT_SENT = /^(?:submit|button|image|reset|file)$/i;

function fieldsOf(form: SelectedElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const field of form.select("input[name], textarea[name], select[name]")) {
    const { name = "", type = "", value, checked, disabled } = field.attributes;
    const isChoice = /^(?:checkbox|radio)$/i.test(type);
    if (disabled !== undefined || NOT_SENT.test(type) || (isChoice && checked === undefined)) continue;
    fields.append(name, textIn(field) ?? value ?? (isChoice ? "on" : ""));
  }
  return fields;
}

/** Of a field whose value is inside of it. */
function textIn(field: SelectedElement): string | undefined {
  if (field.name === "textarea") return field.text;
  if (field.name !== "select") return undefined;
  const [chosen = undefined] = [...field.select("option[selected]"), ...field.select("option")];
  return chosen?.attribute("value") ?? chosen?.text;
}
