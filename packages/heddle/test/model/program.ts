import fc from "fast-check";

/**
 * A random program: a tree of work, and a driver that cancels, moves deadlines and toggles shields from outside at certain
 * times. No two of its durations have a sum in common, and whoever handles an error takes time for it, so that two things
 * happen at the same moment only if the one is the cause of the other, and what happens can be told by the times alone.
 */
export interface Program {
  readonly root: Work;
  readonly driver: readonly DriverStep[];
}

export type Work =
  | Leaf
  | { readonly kind: "seq"; readonly parts: readonly Work[] }
  | Scoped
  | { readonly kind: "finally"; readonly body: Work; readonly cleanUp: number; readonly fails: boolean }
  | { readonly kind: "swallow" | "rescue"; readonly body: Work; readonly ms: number }
  | Grouped
  | Gathered;

/** Everything in which there is something to wait for: no work is done in no time. */
export interface Leaf {
  readonly kind: "sleep" | "fail" | "cancelAround";
  readonly id: string;
  readonly ms: number;
  /** For "cancelAround": which of the scopes, groups and tasks around it is cancelled, from the inside out. */
  readonly up: number;
}

export interface Scoped {
  readonly kind: "cancelScope" | "timeout" | "moveOnAfter" | "shield";
  readonly id: string;
  readonly ms: number;
  readonly shielded: boolean;
  readonly body: Work;
}

export interface Grouped {
  readonly kind: "group";
  readonly id: string;
  readonly limit: number;
  readonly onFailure: "cancel" | "continue";
  readonly body: Work;
  readonly children: readonly Work[];
}

export interface Gathered {
  readonly kind: "gather";
  readonly id: string;
  readonly limit: number;
  readonly settle: boolean;
  readonly children: readonly Work[];
}

export interface DriverStep {
  readonly at: number;
  readonly target: string;
  readonly do: "cancel" | "deadline" | "raise" | "lower";
  /** For "deadline": how far from then. */
  readonly ms: number;
}

// ── Generating ──────────────────────────────────────────────────────────────────────────────────────────

const ms = fc.integer({ min: 0, max: 25 });
const timeoutMs = fc.oneof({ weight: 3, arbitrary: ms }, { weight: 1, arbitrary: fc.constant(Infinity) });
const limit = fc.constantFrom(Infinity, 1, 2);
const id = fc.constant("");

const several = (each: fc.Arbitrary<Work>, minLength: number): fc.Arbitrary<Work[]> =>
  fc.array(each, { minLength, maxLength: 3, size: "max" });

const scopeOf = (body: fc.Arbitrary<Work>): fc.Arbitrary<Scoped> =>
  fc.record({
    kind: fc.constantFrom("cancelScope", "timeout", "moveOnAfter", "shield"),
    id,
    ms: timeoutMs,
    shielded: fc.boolean(),
    body,
  });

const groupOf = (each: fc.Arbitrary<Work>, least: number): fc.Arbitrary<Grouped> =>
  fc.record({
    kind: fc.constant("group"),
    id,
    limit,
    onFailure: fc.constantFrom("cancel", "continue"),
    body: each,
    children: several(each, least),
  });

const gatherOf = (each: fc.Arbitrary<Work>, least: number): fc.Arbitrary<Gathered> =>
  fc.record({ kind: fc.constant("gather"), id, limit, settle: fc.boolean(), children: several(each, least) });

const leafKind = fc.oneof(
  { weight: 6, arbitrary: fc.constant("sleep" as const) },
  { weight: 2, arbitrary: fc.constant("fail" as const) },
  { weight: 2, arbitrary: fc.constant("cancelAround" as const) },
);

const { root } = fc.letrec<{ root: Work; work: Work; leaf: Work; inner: Work }>((tie) => ({
  // The whole is never trivial: there is always something that happens at the same time.
  root: fc.oneof(scopeOf(groupOf(tie("work"), 2)), groupOf(tie("work"), 1), gatherOf(tie("work"), 2)),
  work: fc.oneof(
    { maxDepth: 5, depthSize: "max" },
    { weight: 2, arbitrary: tie("leaf") },
    { weight: 5, arbitrary: tie("inner") },
  ),
  leaf: fc.record({ kind: leafKind, id, ms, up: fc.nat(5) }),
  inner: fc.oneof(
    fc.record({ kind: fc.constant("seq" as const), parts: several(tie("work"), 1) }),
    scopeOf(tie("work")),
    fc.record({ kind: fc.constant("finally" as const), body: tie("work"), cleanUp: ms, fails: fc.boolean() }),
    fc.record({ kind: fc.constantFrom("swallow" as const, "rescue" as const), body: tie("work"), ms }),
    groupOf(tie("work"), 0),
    gatherOf(tie("work"), 1),
  ),
}));

const driver = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 40 }),
    do: fc.oneof(
      { weight: 3, arbitrary: fc.constant("cancel" as const) },
      { weight: 1, arbitrary: fc.constant("deadline" as const) },
      { weight: 3, arbitrary: fc.constant("raise" as const) },
      { weight: 1, arbitrary: fc.constant("lower" as const) },
    ),
    which: fc.nat(30),
    ms: fc.integer({ min: -5, max: 25 }),
  }),
  { maxLength: 8, size: "max" },
);

/** So many bits of a number tell durations apart; whole milliseconds and the oracle's instants need the others. */
export const MOST_DURATIONS = 30;

export const program: fc.Arbitrary<Program> = fc
  .record({ root, driver })
  .map(({ root: unnamed, driver: steps }) => {
    const names = new Naming();
    const named = names.work(unnamed);
    return {
      root: named,
      driver: steps
        .map((step) => ({
          at: names.duration(step.at),
          do: step.do,
          target: names.target(step.do, step.which),
          ms: names.duration(step.ms),
        }))
        .filter(({ target }) => target !== "")
        .sort((a, b) => a.at - b.at),
      durations: names.durations,
    };
  })
  .filter(({ durations }) => durations <= MOST_DURATIONS);

/** Gives everything a name, and every duration a fraction of its own. */
class Naming {
  durations = 0;
  readonly #scopes: string[] = [];
  readonly #others: string[] = [];
  #count = 0;

  duration(whole: number): number {
    return whole === Infinity ? Infinity : whole + 2 ** -++this.durations;
  }

  target(what: DriverStep["do"], which: number): string {
    const targets = what === "cancel" ? [...this.#scopes, ...this.#others] : this.#scopes;
    return targets[which % (targets.length || 1)] ?? "";
  }

  work(each: Work): Work {
    switch (each.kind) {
      case "seq":
        return { ...each, parts: each.parts.map((part) => this.work(part)) };
      case "finally":
        return { ...each, body: this.work(each.body), cleanUp: this.duration(each.cleanUp) };
      case "swallow":
      case "rescue":
        return { ...each, body: this.work(each.body), ms: this.duration(each.ms) };
      case "group":
      case "gather": {
        const name = this.#name(each.kind);
        this.#others.push(...each.children.map((_, i) => childId(name, i)));
        const children = each.children.map((child) => this.work(child));
        if (each.kind === "gather") return { ...each, id: name, children };
        this.#others.push(name);
        return { ...each, id: name, children, body: this.work(each.body) };
      }
      case "sleep":
      case "fail":
      case "cancelAround":
        return { ...each, id: this.#name(each.kind), ms: this.duration(each.ms) };
      default: {
        const name = this.#name(each.kind);
        this.#scopes.push(name);
        return { ...each, id: name, ms: this.duration(each.ms), body: this.work(each.body) };
      }
    }
  }

  #name(kind: string): string {
    return `${kind}${++this.#count}`;
  }
}

/** The name of a child of a group or of `gather`. */
export function childId(parent: string, index: number): string {
  return `${parent}.${index}`;
}

// ── What is compared ────────────────────────────────────────────────────────────────────────────────────

/** What became of everything that has a name, `"5 to 12: ok 7"`, and the errors that reached nobody. */
export interface Record {
  readonly fates: { readonly [id: string]: string };
  readonly reported: readonly string[];
}

export function fate(start: number, end: number, how: string): string {
  return `${start} to ${end}: ${how}`;
}
