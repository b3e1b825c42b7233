// A span of OpenTelemetry for each task. Needs `@opentelemetry/api`.

export type { TraceTasksOptions } from "./otel/traceTasks.js";
export { traceTasks } from "./otel/traceTasks.js";
