import { cancelScope, gather, InvalidArgumentError, InvalidStateError, sleep, taskGroup } from "heddle";
import { sequencer, virtualTime } from "heddle/testing";
import { describe, expect, it } from "vitest";

describe("sequencer()", () => {
  it("makes tasks go through in the order of their places, not of their coming", () =>
    virtualTime(async () => {
      const turn = sequencer();
      const log: number[] = [];
      const go = (place: number) => async () => {
        using _ = await turn(place);
        log.push(place);
      };
      await gather([3, 1, 2, 0].map(go));
      expect(log).toEqual([0, 1, 2, 3]);
    }));

  it("holds the next place back until the turn was given up", () =>
    virtualTime(async () => {
      const turn = sequencer();
      const log: string[] = [];
      await gather(
        async () => {
          using _ = await turn(1);
          log.push("second");
        },
        async () => {
          using _ = await turn(0);
          await sleep(100);
          log.push("first");
        },
      );
      expect(log).toEqual(["first", "second"]);
    }));

  it("refuses a place that was taken", () =>
    virtualTime(async () => {
      const turn = sequencer();
      await turn(0);
      await expect(turn(0)).rejects.toThrow(InvalidStateError);
      await expect(turn(0)).rejects.toThrow("place 0 was taken already");
    }));

  it("refuses a place that is no whole number", () =>
    virtualTime(async () => {
      await expect(sequencer()(-1)).rejects.toThrow(InvalidArgumentError);
    }));

  it("breaks for all later places when a waiting task is cancelled", () =>
    virtualTime(async () => {
      const turn = sequencer();
      let error: unknown;
      await taskGroup((group) => {
        group.createTask(() =>
          cancelScope(async (scope) => {
            group.createTask(async () => void scope.cancel());
            await turn(1);
          }),
        );
        group.createTask(async () => {
          error = await turn(2).catch((failure: unknown) => failure);
        });
      });
      expect(error).toBeInstanceOf(InvalidStateError);
      await expect(turn(3)).rejects.toThrow("the sequence is broken");
    }));
});
