import { taskGroup } from "heddle";
import { setDebug } from "heddle/lowlevel";
import { virtualTime } from "heddle/testing";
import { afterEach, describe, expect, it } from "vitest";

afterEach(() => void setDebug(false));

describe("debug mode", () => {
  it("notes where tasks of groups were created, which is not known without it", () =>
    virtualTime(async () => {
      const place = async (): Promise<string | undefined> => {
        const task = await taskGroup((group) => [group.createTask(() => {})]);
        return task?.[0]?.createdAt;
      };
      expect(await place()).toBe(undefined);
      expect(setDebug(true)).toBe(false);
      expect(await place()).toMatch(/\.ts:\d+:\d+$/);
      expect(setDebug(false)).toBe(true);
    }));
});
