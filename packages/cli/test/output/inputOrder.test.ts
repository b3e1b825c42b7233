import fc from "fast-check";
import { expect, test } from "vitest";
import { InputOrder } from "../../src/output/inputOrder.js";

test("lines come out in the order of their numbers, each as soon as those before it are there", () => {
  const permutation = fc.nat({ max: 30 }).chain((length) => {
    const numbers = Array.from({ length }, (_, n) => n);
    return fc.shuffledSubarray(numbers, { minLength: length });
  });
  fc.assert(
    fc.property(permutation, (numbers) => {
      const pushed: string[] = [];
      const order = new InputOrder((line) => pushed.push(line));
      const seen = new Set<number>();
      for (const number of numbers) {
        const before = pushed.length;
        expect(order.add(number, `line ${number}`)).toBe(pushed.length - before);
        seen.add(number);
        let complete = 0;
        while (seen.has(complete)) complete++;
        expect(pushed).toEqual(Array.from({ length: complete }, (_, n) => `line ${n}`));
      }
    }),
  );
});

test("`giveUp()` pushes what waits for lines that will not come, in order", () => {
  const pushed: string[] = [];
  const order = new InputOrder((line) => pushed.push(line));
  for (const number of [5, 0, 3]) order.add(number, `line ${number}`);
  order.giveUp();
  order.giveUp();
  expect(pushed).toEqual(["line 0", "line 3", "line 5"]);
});
