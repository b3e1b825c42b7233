import { PriorityQueue } from "heddle";

export interface Parked {
  /** The moment from which it may be asked again. It can be moved out, never be brought nearer. */
  readonly openAt: number;
}

/**
 * Which hosts are parked, counted without a walk through them: the one that opens first is in front. Where a
 * host stands may be too early, as its time was moved out meanwhile; that is noticed when its turn comes.
 */
export class ParkedHosts {
  readonly #hosts: Set<Parked> = new Set();
  readonly #queue: PriorityQueue<{ host: Parked; at: number }> = new PriorityQueue(Infinity, {
    priority: ({ at }) => at,
  });

  /** Does nothing for one that is here already. */
  add(host: Parked): void {
    if (this.#hosts.has(host)) return;
    this.#hosts.add(host);
    this.#queue.putNowait({ host, at: host.openAt });
  }

  /** How many are parked at this moment. */
  count(moment: number): number {
    this.letGo(moment);
    return this.#hosts.size;
  }

  /** Forgets those whose time has come: each is looked at once for each time that it was moved out. */
  letGo(moment: number): void {
    for (let first = this.#queue.tryGet(); first !== undefined; first = this.#queue.tryGet()) {
      const { host, at } = first;
      if (host.openAt <= moment) {
        this.#hosts.delete(host);
        continue;
      }
      this.#queue.putNowait({ host, at: host.openAt });
      // Those behind open later still.
      if (at > moment) return;
    }
  }
}
