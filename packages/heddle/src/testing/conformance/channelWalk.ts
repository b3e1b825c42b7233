import { deepStrictEqual as deepEqual } from "node:assert";
import { isCancelled } from "../../ground/errors.js";
import type { CancelScope } from "../../groups/cancelScope.js";
import { cancelScope } from "../../groups/cancelScope.js";
import { settle } from "../settle.js";
import type { ChannelLike, ItemOrder } from "./channelLike.js";

/** One thing that happens. `who` picks one of the calls that were made so far. */
export type ChannelAct =
  | { readonly act: "send" | "trySend"; readonly item: number }
  | { readonly act: "receive" | "tryReceive" }
  | { readonly act: "cancel"; readonly who: number };

/** Things that happen at the same moment, one right after the other. Then all that follows from them happens. */
export type ChannelStep = readonly ChannelAct[];

/** What is to come of each call: "waits", "sent", "got 3", "cancelled". */
class Model {
  readonly ends: string[] = [];
  readonly #capacity: number;
  readonly #first: ItemOrder;
  #items: number[] = [];
  #sending: { call: number; item: number }[] = [];
  #receiving: number[] = [];

  constructor(capacity: number, first: ItemOrder) {
    this.#capacity = capacity;
    this.#first = first;
  }

  send(item: number): boolean {
    const receiver = this.#receiving.shift();
    if (receiver !== undefined) this.ends[receiver] = `got ${item}`;
    else if (this.#items.length < this.#capacity) this.#items.push(item);
    else return false;
    return true;
  }

  receive(): number | undefined {
    const sender = this.#sending[0];
    if (this.#items.length === 0 && sender === undefined) return undefined;
    const item = this.#items.length === 0 ? undefined : this.#takeFirst();
    if (sender === undefined) return item;
    this.#sending.shift();
    this.ends[sender.call] = "sent";
    if (item === undefined) return sender.item;
    this.#items.push(sender.item);
    return item;
  }

  waitToSend(call: number, item: number): void {
    this.#sending.push({ call, item });
  }

  waitToReceive(call: number): void {
    this.#receiving.push(call);
  }

  cancel(call: number): void {
    if (this.ends[call] !== "waits") return;
    this.ends[call] = "cancelled";
    this.#sending = this.#sending.filter((other) => other.call !== call);
    this.#receiving = this.#receiving.filter((other) => other !== call);
  }

  #takeFirst(): number {
    const items = this.#items;
    const place = { oldest: 0, newest: items.length - 1, smallest: items.indexOf(Math.min(...items)) }[this.#first];
    return items.splice(place, 1)[0] as number;
  }
}

/** Makes calls and cancels them as it is told, and compares what comes of each with a model after every step. */
export class ChannelWalk {
  readonly #channel: ChannelLike;
  readonly #model: Model;
  readonly #ends: string[] = [];
  readonly #scopes: (CancelScope | null)[] = [];

  constructor(channel: ChannelLike, options: { capacity: number; first: ItemOrder }) {
    this.#channel = channel;
    this.#model = new Model(options.capacity, options.first);
  }

  /** Under virtual time. @throws AssertionError where something else comes of a call than in the model */
  async run(steps: readonly ChannelStep[]): Promise<void> {
    for (const step of steps) {
      for (const each of step) this.#do(each);
      await settle();
      deepEqual(this.#ends, this.#model.ends, "what came of the calls");
    }
    for (const scope of this.#scopes) scope?.cancel();
    await settle();
    for (const call of this.#ends.keys()) this.#model.cancel(call);
    deepEqual(this.#ends, this.#model.ends, "what came of the calls in the end");
    this.#drain();
  }

  #do(each: ChannelAct): void {
    const call = this.#ends.length;
    const { ends } = this.#model;
    switch (each.act) {
      case "send":
        this.#call(() => this.#channel.send(each.item).then(() => "sent"));
        ends[call] = this.#model.send(each.item) ? "sent" : "waits";
        if (ends[call] === "waits") this.#model.waitToSend(call, each.item);
        break;
      case "receive": {
        this.#call(() => this.#channel.receive().then((item) => `got ${item}`));
        const item = this.#model.receive();
        ends[call] = item === undefined ? "waits" : `got ${item}`;
        if (item === undefined) this.#model.waitToReceive(call);
        break;
      }
      case "trySend":
        this.#note(this.#channel.trySend(each.item) ? "sent" : "full");
        ends[call] = this.#model.send(each.item) ? "sent" : "full";
        break;
      case "tryReceive":
        this.#note(`got ${this.#channel.tryReceive()}`);
        ends[call] = `got ${this.#model.receive()}`;
        break;
      case "cancel":
        if (call === 0) break;
        this.#scopes[each.who % call]?.cancel();
        this.#model.cancel(each.who % call);
    }
  }

  #note(end: string): void {
    this.#ends.push(end);
    this.#scopes.push(null);
  }

  /** Starts a call at once, in a scope of its own. */
  #call(make: () => Promise<string>): void {
    const call = this.#ends.length;
    this.#ends.push("waits");
    void cancelScope(async (scope) => {
      this.#scopes.push(scope);
      try {
        this.#ends[call] = await make();
      } catch (error) {
        this.#ends[call] = isCancelled(error) ? "cancelled" : String(error);
      }
    });
  }

  /** Nothing is left inside but what the model has. */
  #drain(): void {
    const take = (from: () => number | undefined): number[] => {
      const items: number[] = [];
      for (let item = from(); item !== undefined; item = from()) items.push(item);
      return items;
    };
    deepEqual(
      take(() => this.#channel.tryReceive()),
      take(() => this.#model.receive()),
      "what was left in it",
    );
  }
}

/** Random steps. @param random a number from 0 up to 1 */
export function randomSteps(random: () => number): ChannelStep[] {
  const pick = (n: number): number => Math.floor(random() * n);
  const act = (): ChannelAct => {
    const kinds = ["send", "send", "receive", "receive", "trySend", "tryReceive", "cancel", "cancel"] as const;
    const kind = kinds[pick(kinds.length)] ?? "send";
    if (kind === "send" || kind === "trySend") return { act: kind, item: pick(5) };
    return kind === "cancel" ? { act: kind, who: pick(1000) } : { act: kind };
  };
  return Array.from({ length: 20 }, () => Array.from({ length: 1 + pick(4) }, act));
}
