import type { Entry } from "./program.js";

/** What a trace says, in parts that do not depend on who of several went first at one moment. */
export type Facts = ReadonlyMap<string, readonly string[]>;

/**
 * What each task went through, at which moments; and, by itself, how each scope, group and task has ended: that may be certain
 * where the way there is not.
 */
export function factsOf(trace: readonly Entry[]): Facts {
  const facts = new Map<string, string[]>();
  const add = (name: string, line: string): void => {
    const lines = facts.get(name);
    if (lines === undefined) facts.set(name, [line]);
    else lines.push(line);
  };
  for (const { t, who, what, end } of trace) {
    add(who, `${t} ${what}`);
    if (end !== undefined) add(`the end of ${end}`, `${t} ${what}`);
  }
  return facts;
}

/** The facts on which all traces agree: what is left is determined by the program, not by the order in which tasks took turns. */
export function certainFacts(traces: readonly (readonly Entry[])[]): { certain: Facts; uncertain: readonly string[] } {
  const all = traces.map(factsOf);
  const names = [...new Set(all.flatMap((facts) => [...facts.keys()]))];
  const uncertain = names.filter((name) => new Set(all.map((facts) => linesOf(facts, name))).size > 1);
  const certain = new Map(
    names.filter((name) => !uncertain.includes(name)).map((name) => [name, all[0]?.get(name) ?? []]),
  );
  return { certain, uncertain };
}

/** The certain facts that `facts` contradicts. What is uncertain, or of a part that is, contradicts nothing. */
export function contradicted(certain: Facts, facts: Facts, uncertain: readonly string[]): string[] {
  const names = new Set([...certain.keys(), ...facts.keys()]);
  return [...names].filter((name) => !uncertain.includes(name) && linesOf(certain, name) !== linesOf(facts, name));
}

function linesOf(facts: Facts, name: string): string {
  return (facts.get(name) ?? []).join("\n");
}
