import type { CDPSession, Page } from "playwright-core";
import { quietly } from "./quietly.js";
import type { VisitPlan } from "./visitPlan.js";

/**
 * Gives the requests of a page the header fields of the plan, and the first one its method and body. A field goes to the
 * origin that was asked for and to no other: each redirect is looked at anew, and what leads elsewhere loses the fields
 * again. Nothing is done where Chromium's own request will do, as each request that is looked at takes a turn more.
 */
export async function patchRequests(page: Page, plan: VisitPlan): Promise<void> {
  if (Object.keys(plan.headers).length === 0 && plan.method === "GET") return;
  const session = await page.context().newCDPSession(page);
  const patch = new Patch(session, plan);
  session.on("Fetch.requestPaused", (paused) => patch.meet(paused));
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*", requestStage: "Request" }] });
}

interface Paused {
  readonly requestId: string;
  readonly resourceType: string;
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

class Patch {
  readonly #session: CDPSession;
  readonly #plan: VisitPlan;
  #isFirst = true;

  constructor(session: CDPSession, plan: VisitPlan) {
    this.#session = session;
    this.#plan = plan;
  }

  meet(paused: Paused): void {
    const { requestId, resourceType, request } = paused;
    const { url, headers, method, body } = this.#plan;
    const isOurs = URL.canParse(request.url) && new URL(request.url).origin === url.origin;
    const isFirst = this.#isFirst && resourceType === "Document";
    if (isFirst) this.#isFirst = false;
    const others = Object.entries(request.headers).filter(([name]) => headers[name.toLowerCase()] === undefined);
    const fields = [...others, ...(isOurs ? Object.entries(headers) : [])];
    quietly(
      this.#session.send("Fetch.continueRequest", {
        requestId,
        headers: fields.map(([name, value]) => ({ name, value })),
        ...(isFirst && method !== "GET" ? { method } : {}),
        ...(isFirst && body !== undefined ? { postData: Buffer.from(body).toString("base64") } : {}),
      }),
    );
  }
}
