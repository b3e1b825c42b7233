import { describe, expect, it } from "vitest";
import { onThisRuntime } from "./differences.js";
import { gate, whoRuns } from "./whoRuns.js";

describe("the context inside a generator", () => {
  it("is that of each caller of next(), segment by segment", async () => {
    const seen = await whoRuns(
      (note) => {
        function* source(): Generator<number> {
          try {
            note("first segment");
            yield 1;
            note("second segment");
            yield 2;
          } finally {
            note("finally block");
          }
        }
        const numbers = source();
        return { first: () => numbers.next(), second: () => numbers.next(), third: () => numbers.return(undefined) };
      },
      { notes: 3 },
    );
    expect(seen).toEqual(["first segment in first", "second segment in second", "finally block in third"]);
  });

  it("is that of each caller of next() in an async generator, also after an await between two yields", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        async function* source(): AsyncGenerator<number> {
          try {
            note("first segment");
            await null;
            note("after an await");
            yield 1;
            note("second segment");
            await door.opened;
            note("after another's opening");
            yield 2;
          } finally {
            note("finally block");
          }
        }
        const numbers = source();
        const turns = [gate(), gate()] as const;
        return {
          async first() {
            await numbers.next();
            turns[0].open();
          },
          async second() {
            await turns[0].opened;
            await numbers.next();
            turns[1].open();
          },
          opener: () => door.open(),
          async third() {
            await turns[1].opened;
            await numbers.return(undefined);
          },
        };
      },
      { notes: 5 },
    );
    expect(seen).toEqual([
      "first segment in first",
      "after an await in first",
      "second segment in second",
      "after another's opening in second",
      "finally block in third",
    ]);
  });

  it("is the first caller's for a next() that has to wait for another one, except on Deno", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        async function* source(): AsyncGenerator<number> {
          note("first segment");
          await door.opened;
          note("after the await");
          yield 1;
          note("second segment");
          yield 2;
        }
        const numbers = source();
        return {
          async first() {
            await numbers.next();
            note("first result");
          },
          async second() {
            await numbers.next();
            note("second result");
          },
          opener: () => door.open(),
        };
      },
      { notes: 5 },
    );
    expect(seen).toEqual([
      "first segment in first",
      "after the await in first",
      `second segment in ${onThisRuntime("queuedNext")}`,
      "first result in first",
      "second result in second",
    ]);
  });

  it("is the consumer's in the body and in the source of a for await loop", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        async function* source(): AsyncGenerator<number> {
          await door.opened;
          note("source");
          yield 1;
        }
        let numbers: AsyncGenerator<number> | undefined;
        return {
          maker() {
            numbers = source();
          },
          async consumer() {
            for await (const _ of numbers!) note("body");
          },
          opener: () => door.open(),
        };
      },
      { notes: 2 },
    );
    expect(seen).toEqual(["source in consumer", "body in consumer"]);
  });
});
