import { describe, expect, it } from "vitest";
import { Deque } from "../../src/ground/deque.js";

describe("Deque", () => {
  it("gives items out in the order in which they came", () => {
    const deque = new Deque<number>();
    for (let i = 0; i < 100; i++) deque.push(i);
    expect(deque.size).toBe(100);
    expect(deque.first).toBe(0);
    for (let i = 0; i < 100; i++) expect(deque.shift()).toBe(i);
    expect(deque.size).toBe(0);
  });

  it("gives undefined when it is empty", () => {
    const deque = new Deque<number>();
    expect([deque.shift(), deque.pop(), deque.first, deque.size]).toEqual([undefined, undefined, undefined, 0]);
  });

  it("gives the newest item from its other end", () => {
    const deque = new Deque<string>();
    for (const item of ["a", "b", "c"]) deque.push(item);
    expect([deque.pop(), deque.shift(), deque.pop(), deque.pop()]).toEqual(["c", "a", "b", undefined]);
  });

  it("keeps the order when it grows while its start is in the middle of the ring", () => {
    const deque = new Deque<number>();
    for (let i = 0; i < 16; i++) deque.push(i);
    for (let i = 0; i < 10; i++) deque.shift();
    for (let i = 16; i < 60; i++) deque.push(i);
    const rest: (number | undefined)[] = [];
    while (deque.size > 0) rest.push(deque.shift());
    expect(rest).toEqual(Array.from({ length: 50 }, (_, i) => i + 10));
  });

  it("counts an item that is undefined as an item", () => {
    const deque = new Deque<undefined>();
    deque.push(undefined);
    expect(deque.size).toBe(1);
    deque.shift();
    expect(deque.size).toBe(0);
  });

  it("is empty and usable after clear()", () => {
    const deque = new Deque<number>();
    for (let i = 0; i < 40; i++) deque.push(i);
    deque.clear();
    expect([deque.size, deque.first, deque.shift()]).toEqual([0, undefined, undefined]);
    deque.push(7);
    expect(deque.shift()).toBe(7);
  });
});
