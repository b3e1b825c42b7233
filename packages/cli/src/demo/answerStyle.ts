import type { Answer } from "./runTrace.js";

export interface AnswerStyle {
  /** The class of its shapes in the picture. */
  readonly name: string;
  readonly label: string;
  /** On a light and on a dark background. */
  readonly light: string;
  readonly dark: string;
}

/** How requests are coloured, in the order of the legend. The colours differ in brightness too. */
export const ANSWER_STYLES: Readonly<Record<Answer, AnswerStyle>> = {
  ok: { name: "ok", label: "page", light: "#2f6fdb", dark: "#5b9bff" },
  redirect: { name: "redirect", label: "redirect", light: "#8a63d2", dark: "#b392f0" },
  busy: { name: "busy", label: "429", light: "#f0a020", dark: "#ffc14d" },
  broken: { name: "broken", label: "500", light: "#d1242f", dark: "#ff7b72" },
  reset: { name: "reset", label: "reset", light: "#0f8a5f", dark: "#4cd6a0" },
  stall: { name: "stall", label: "stall", light: "#5b6470", dark: "#aab4c0" },
};

/** While a site has asked to be left alone. */
export const PAUSE_STYLE: AnswerStyle = {
  name: "pause",
  label: "pause, as the site asked",
  light: "#fdf0d5",
  dark: "#332a17",
};

const ALL = [...Object.values(ANSWER_STYLES), PAUSE_STYLE];

/** The style sheet of the picture, for both kinds of background. */
export const PICTURE_CSS: string = [
  "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}",
  ".card{fill:#ffffff;stroke:#d8dee4}.title{fill:#1f2328}.text{fill:#57606a}.grid{stroke:#e4e9ee}.axis{stroke:#9aa4ae}",
  ...ALL.map(({ name, light }) => `.${name}{fill:${light}}`),
  "@media(prefers-color-scheme:dark){",
  ".card{fill:#0d1117;stroke:#30363d}.title{fill:#f0f3f6}.text{fill:#9aa4ae}.grid{stroke:#21262d}.axis{stroke:#57606a}",
  ...ALL.map(({ name, dark }) => `.${name}{fill:${dark}}`),
  "}",
].join("");
