// For the scaling: so short that a thousand sleeps can be repeated a thousand times, and wake up 100 at a time.
import { sleepWorkload } from "./sleeps.mjs";

await sleepWorkload(import.meta.url, 10);
