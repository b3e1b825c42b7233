import type { Page, Request } from "playwright-core";
import type { ResourceKind } from "../ground/render.js";
import { quietly } from "./quietly.js";

/** Keeps a page, and the frames in it, from fetching some kinds of resources. `onBlocked` hears of each. */
export async function blockResources(
  page: Page,
  kinds: readonly ResourceKind[],
  onBlocked: (kind: ResourceKind) => void,
): Promise<void> {
  if (kinds.length === 0) return;
  const blocked: ReadonlySet<string> = new Set(kinds);
  await page.route("**/*", (route) => {
    const kind = kindOf(route.request(), page);
    if (kind === undefined || !blocked.has(kind)) return quietly(route.fallback());
    onBlocked(kind);
    quietly(route.abort("blockedbyclient"));
  });
}

/** undefined for the page itself. */
function kindOf(request: Request, page: Page): ResourceKind | undefined {
  const type = request.resourceType();
  if (type !== "document") return KINDS[type] ?? "other";
  return request.frame() === page.mainFrame() ? undefined : "frame";
}

/** By Playwright's name. What is not here is "other". */
const KINDS: Readonly<Record<string, ResourceKind>> = {
  image: "image",
  media: "media",
  font: "font",
  stylesheet: "stylesheet",
  script: "script",
  xhr: "xhr",
  fetch: "fetch",
  texttrack: "texttrack",
  manifest: "manifest",
};
