import type { Statement } from "./program.js";

/** The names of a program, and the statements that wait to be told whom they mean. */
export class NameRegister {
  readonly #names = new Map<string, string[]>();
  readonly #counts = new Map<string, number>();
  readonly #later: (() => void)[] = [];

  /** A new name, that statements may refer to. */
  add(kind: string): string {
    const name = this.addUnreferred(kind);
    this.#names.set(kind, [...(this.#names.get(kind) ?? []), name]);
    return name;
  }

  addUnreferred(kind: string): string {
    return `${kind}${this.count(kind)}`;
  }

  count(kind: string): string {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return String(count);
  }

  /** A statement about one of the names of these kinds, also of those that come later in the program. */
  refer(kinds: readonly string[], pick: number, make: (name: string) => Statement): Statement[] {
    const placed: Statement[] = [{ do: "log", text: "nobody to refer to" }];
    const statement = placed[0] as Statement;
    this.#later.push(() => {
      const names = kinds.flatMap((kind) => this.#names.get(kind) ?? []);
      const name = names[pick % names.length];
      if (name !== undefined) Object.assign(statement, make(name));
    });
    return placed;
  }

  resolve(): void {
    for (const resolve of this.#later) resolve();
  }
}
