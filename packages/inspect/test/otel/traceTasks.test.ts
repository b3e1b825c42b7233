import type { Attributes, Context, Span, SpanContext, SpanOptions, SpanStatus, Tracer } from "@opentelemetry/api";
import { SpanStatusCode, trace } from "@opentelemetry/api";
import { createTask, gather, sleep } from "heddle";
import { virtualTime } from "heddle/testing";
import { expect, it } from "vitest";
import { traceTasks } from "../../src/otel/traceTasks.js";

/** A span that keeps what it is told. */
class KeptSpan implements Span {
  name: string;
  readonly parent: KeptSpan | undefined;
  readonly attributes: Attributes = {};
  readonly events: string[] = [];
  status: SpanStatus | undefined;
  exception: unknown;
  ended = false;

  constructor(name: string, parent: KeptSpan | undefined) {
    this.name = name;
    this.parent = parent;
  }

  spanContext(): SpanContext {
    return { traceId: "0".repeat(31).concat("1"), spanId: "0".repeat(15).concat("1"), traceFlags: 1 };
  }
  setAttribute(key: string, value: Attributes[string]): this {
    this.attributes[key] = value;
    return this;
  }
  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }
  addEvent(name: string, attributes?: unknown): this {
    this.events.push(attributes === undefined ? name : `${name} ${JSON.stringify(attributes)}`);
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }
  updateName(name: string): this {
    this.name = name;
    return this;
  }
  end(): void {
    this.ended = true;
  }
  isRecording(): boolean {
    return true;
  }
  recordException(exception: unknown): void {
    this.exception = exception;
  }
}

function keepingTracer(): { tracer: Tracer; spans: KeptSpan[] } {
  const spans: KeptSpan[] = [];
  const startSpan = (name: string, _options?: SpanOptions, around?: Context): Span => {
    const span = new KeptSpan(name, (around === undefined ? undefined : trace.getSpan(around)) as KeptSpan | undefined);
    spans.push(span);
    return span;
  };
  return { tracer: { startSpan } as Tracer, spans };
}

it("makes a span for each task below that of its owner, and records errors and cancellations", async () => {
  const { tracer, spans } = keepingTracer();
  const stop = traceTasks(tracer);
  await virtualTime(async () => {
    await gather([async function works() {}], { settle: true });
    const slow = createTask(() => sleep(1000), { name: "slow" });
    const bad = createTask(
      async () => {
        throw new Error("no");
      },
      { name: "bad" },
    );
    await bad.then(undefined, () => {});
    slow.cancel("enough");
    await slow.then(undefined, () => {});
  });
  stop();
  await virtualTime(async () => {});
  const named = new Map(spans.map((span) => [span.name, span]));
  expect([...named.keys()]).toEqual(["main", "works", "slow", "bad"]);
  expect(spans.every(({ ended }) => ended)).toBe(true);
  expect(named.get("works")?.parent?.name).toBe("main");
  expect(named.get("bad")).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: "no" },
    exception: new Error("no"),
  });
  expect(named.get("slow")?.events).toEqual(["started", 'cancelled {"heddle.cancelled.reason":"enough"}']);
  expect(named.get("slow")?.status).toBeUndefined();
});
