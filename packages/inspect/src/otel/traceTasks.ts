import type { Span, Tracer } from "@opentelemetry/api";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Task } from "heddle";
import { isCancelled } from "heddle";
import type { Scope } from "heddle/lowlevel";
import { addProbe } from "heddle/watch";

export interface TraceTasksOptions {
  /** Whether a task gets a span. Default: every task does. */
  filter?: (task: { readonly id: number; readonly name: string }) => boolean;
}

/**
 * Makes a span of OpenTelemetry for every task from now on, below that of the task it belongs to. It begins when the task is
 * created and ends with it; an error is recorded, and a cancellation with its reason. Returns the function that ends it.
 *
 *     const stop = traceTasks(trace.getTracer("my-service"));
 *
 * The span is not the active one inside of the task: what other instrumentation makes there stands below whatever was
 * active around the call that created the task.
 */
export function traceTasks(tracer: Tracer, options: TraceTasksOptions = {}): () => void {
  const { filter = () => true } = options;
  const spans = new WeakMap<object, Span>();
  return addProbe({
    taskCreated(created) {
      const task = created as Task<unknown>;
      const parent = parentSpan(task, spans);
      const around = parent === undefined ? context.active() : trace.setSpan(context.active(), parent);
      spans.set(task, tracer.startSpan("task", { attributes: { "heddle.task.id": task.id } }, around));
    },
    taskStarted(started) {
      const task = started as Task<unknown>;
      // Only now the name is known: that of a job in a gather() has its number.
      const span = spans.get(task);
      if (!filter(task)) spans.delete(task);
      else span?.updateName(task.name).setAttribute("heddle.task.name", task.name).addEvent("started");
    },
    taskEnded(ended) {
      const task = ended as Task<unknown>;
      const span = spans.get(task);
      if (span === undefined) return;
      finish(span, task);
      spans.delete(task);
    },
  });
}

function parentSpan(task: Task<unknown>, spans: WeakMap<object, Span>): Span | undefined {
  for (let scope: Scope | null = task.owner.scope; scope !== null; scope = scope.parent) {
    const span = scope.task === null ? undefined : spans.get(scope.task);
    if (span !== undefined) return span;
  }
  return undefined;
}

function finish(span: Span, task: Task<unknown>): void {
  const { state, error } = task;
  span.setAttribute("heddle.task.state", state);
  if (state === "failed") {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  } else if (state === "cancelled") {
    // A task that was asked to stop, and did, has not failed.
    const reason = isCancelled(error) && error.reason !== undefined ? String(error.reason) : "";
    span.addEvent("cancelled", { "heddle.cancelled.reason": reason });
  }
  span.end();
}
