import type { CancelScope } from "heddle";
import { cancellable, moveOnAfter, now } from "heddle";
import type { Page, Request } from "playwright-core";
import { quietly } from "./quietly.js";

/** A document that is not there within this time gets somebody who counts its pieces. In milliseconds. */
const SLOW = 300;

/**
 * Ends a scope when nothing comes of a page's document for too long: neither its headers nor a piece of its body. What the
 * document has in it, and what its scripts ask for, is a matter of what is waited for, and not of this.
 *
 * The driver tells when a document begins and when it has ended, and nothing in between. Pieces are told by the browser, to
 * whoever listens to all that the page loads; so nobody does for the many documents that are there at once.
 */
export class StallWatch {
  readonly #scope: CancelScope;
  readonly #page: Page;
  /** In milliseconds. */
  readonly #limit: number;
  /** The document that is under way. */
  #pending: Request | null = null;
  #ended: () => void = () => {};
  #countsPieces = false;
  #isFirst = true;
  #isDone = false;

  constructor(scope: CancelScope, page: Page, limit: number) {
    this.#scope = scope;
    this.#page = page;
    this.#limit = limit;
    page.on("request", (request) => {
      if (!this.#isDocument(request)) return;
      this.#pending = request;
      this.#alive();
    });
    page.on("response", (response) => {
      if (response.request() !== this.#pending) return;
      // Of one that nobody counts there is no more to be heard before its end.
      if (this.#isFirst || this.#countsPieces) this.#alive();
      else this.#over();
    });
    const ended = (request: Request): void => {
      if (request === this.#pending) this.#over();
    };
    page.on("requestfinished", ended).on("requestfailed", ended);
  }

  /** The first document is about to be asked for. */
  begin(): void {
    this.#alive();
  }

  /**
   * The first document has begun to come: waits a moment for its end, and counts its pieces if it takes longer.
   *
   * If cancelled: throws `CancelledError` at once.
   */
  async begun(): Promise<void> {
    if (this.#pending === null) return;
    const ended = new Promise<true>((resolve) => {
      this.#ended = () => resolve(true);
    });
    if (!(await moveOnAfter(Math.min(SLOW, this.#limit / 2), () => cancellable(ended)))) await this.#countPieces();
    this.#isFirst = false;
  }

  async #countPieces(): Promise<void> {
    const session = await cancellable(this.#page.context().newCDPSession(this.#page));
    this.#countsPieces = true;
    // Whosever they are: a document that loads something is not what stalls.
    session.on("Network.dataReceived", () => this.#pending !== null && this.#alive());
    quietly(session.send("Network.enable"));
  }

  #isDocument(request: Request): boolean {
    return request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
  }

  /** The page is done with: what is told of it from now on concerns nobody. */
  [Symbol.dispose](): void {
    this.#isDone = true;
  }

  #alive(): void {
    if (!this.#isDone) this.#scope.deadline = now() + this.#limit;
  }

  #over(): void {
    this.#pending = null;
    if (!this.#isDone) this.#scope.deadline = Infinity;
    this.#ended();
  }
}
