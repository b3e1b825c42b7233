import { PassThrough, Readable, Transform } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { gate, whoRuns } from "./whoRuns.js";

/** After the event loop's next turn: a stream has then begun to flow. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the context in a stream", () => {
  it("is the pusher's for the listeners of a flowing Readable", async () => {
    const seen = await whoRuns(
      (note) => {
        const stream = new Readable({ read() {} });
        return {
          listener() {
            for (const event of ["data", "end", "close"]) stream.on(event, () => note(event));
          },
          async pusher() {
            await nextTurn();
            stream.push("x");
            stream.push(null);
          },
        };
      },
      { notes: 3 },
    );
    expect(seen).toEqual(["data in pusher", "end in pusher", "close in pusher"]);
  });

  it("is the writer's for the methods of a Transform and for the callback of write()", async () => {
    const seen = await whoRuns(
      (note) => {
        let stream = new Transform();
        return {
          maker() {
            stream = new Transform({
              transform(chunk, _, done) {
                note("transform()");
                done(null, chunk);
              },
              flush(done) {
                note("flush()");
                done();
              },
            });
            stream.resume();
          },
          async writer() {
            stream.write("x", () => note("callback"));
            stream.end();
            await finished(stream);
            note("after finished()");
          },
        };
      },
      { notes: 4 },
    );
    expect(seen.sort()).toEqual([
      "after finished() in writer",
      "callback in writer",
      "flush() in writer",
      "transform() in writer",
    ]);
  });

  it("is the waiter's after pipeline(), and in a generator that is one of its stages", async () => {
    const seen = await whoRuns(
      (note) => {
        const stream = new Readable({ read() {} });
        return {
          async waiter() {
            await pipeline(stream, new PassThrough(), async (source) => {
              for await (const _ of source) note("stage");
            });
            note("after pipeline()");
          },
          async pusher() {
            await nextTurn();
            stream.push("x");
            stream.push(null);
          },
        };
      },
      { notes: 2 },
    );
    expect(seen).toEqual(["stage in waiter", "after pipeline() in waiter"]);
  });

  it("is the consumer's in a loop over a Readable, while read() is called by whoever makes room", async () => {
    const seen = await whoRuns(
      (note) => {
        const stream = new Readable({ read: () => note("read()") });
        return {
          async consumer() {
            for await (const _ of stream) note("loop body");
            note("after the loop");
          },
          async pusher() {
            await nextTurn();
            stream.push("x");
            await nextTurn();
            stream.push(null);
          },
        };
      },
      { notes: 4 },
    );
    expect(seen).toEqual([
      "read() in consumer",
      "read() in pusher",
      "loop body in consumer",
      "after the loop in consumer",
    ]);
  });

  it("is the consumer's in the source of Readable.from(), wherever that was made", async () => {
    const seen = await whoRuns(
      (note) => {
        async function* source(): AsyncGenerator<string> {
          note("source");
          yield "x";
          note("source");
          yield "y";
        }
        let stream = new Readable();
        return {
          maker() {
            stream = Readable.from(source());
          },
          async consumer() {
            for await (const _ of stream) note("loop body");
          },
        };
      },
      { notes: 4 },
    );
    expect(seen.sort()).toEqual([
      "loop body in consumer",
      "loop body in consumer",
      "source in consumer",
      "source in consumer",
    ]);
  });

  it("is the reader's after read() of a web stream, and the maker's in its first pull()", async () => {
    const seen = await whoRuns(
      (note) => {
        const door = gate();
        let stream = new ReadableStream<string>();
        return {
          maker() {
            stream = new ReadableStream<string>(
              {
                async pull(controller) {
                  note("pull()");
                  await door.opened;
                  controller.enqueue("x");
                  controller.close();
                },
              },
              { highWaterMark: 0 },
            );
          },
          async reader() {
            const reader = stream.getReader();
            await reader.read();
            note("after read()");
            await reader.closed;
            note("after closed");
          },
          opener: () => door.open(),
        };
      },
      { notes: 3 },
    );
    expect(seen).toEqual(["pull() in maker", "after read() in reader", "after closed in reader"]);
  });
});
