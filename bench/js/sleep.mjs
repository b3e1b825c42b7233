// All tasks sleep at the same time, for up to 200 ms. The CPU is the figure: the wall has 200 ms of waiting in it.
import { sleepWorkload } from "./sleeps.mjs";

await sleepWorkload(import.meta.url, 200);
