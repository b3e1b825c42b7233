import type { Case } from "../case.js";
import { cancellationCases } from "./cancellation.js";
import { futureCases } from "./futures.js";
import { gatheringCases } from "./gathering.js";
import { groupCases } from "./groups.js";
import { lockCases } from "./locks.js";
import { meetingCases } from "./meeting.js";
import { queueCases } from "./queues.js";
import { taskCases } from "./tasks.js";
import { timeCases } from "./time.js";

/** All curated programs, by what they are about. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  tasks: taskCases,
  "cancelling tasks": cancellationCases,
  "task groups": groupCases,
  "gathering and waiting": gatheringCases,
  time: timeCases,
  "locks and semaphores": lockCases,
  "events, conditions and barriers": meetingCases,
  queues: queueCases,
  futures: futureCases,
};
