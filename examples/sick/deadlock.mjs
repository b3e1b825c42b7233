// Two transfers take the locks of the same two accounts in opposite orders, and wait for each other for ever.
import { Lock, named, run, sleep, taskGroup } from "heddle";

const savings = named(new Lock(), "savings");
const checking = named(new Lock(), "checking");

function transfer(from, to) {
  return from.with(async () => {
    await sleep(20);
    await to.with(() => sleep(20));
  });
}

async function heartbeat() {
  while (true) await sleep(1000);
}

await run(() =>
  taskGroup((bank) => {
    bank.createTask(() => transfer(savings, checking), { name: "salary" });
    bank.createTask(() => transfer(checking, savings), { name: "rent" });
    bank.createTask(heartbeat);
  }),
);
