// One producer and one consumer on a queue that holds 100.
import { queueWorkload } from "./queues.mjs";

await queueWorkload(import.meta.url, 1);
