import { PriorityQueue } from "heddle";

export interface Parked {
  /** The moment from which it may be asked again. It can be moved out, never be brought nearer. */
  readonly openAt: number;
}

/**
 * Which hosts are parked, counted without a walk through them: the one that opens first is in front. Where a
 * host stands may be too early, as its time was moved out meanwhile; that is noticed when its turn comes.
 */
export class ParkedHosts<Host extends Parked> {
  readonly #hosts: Set<Host> = new Set();
  readonly #queue: PriorityQueue<{ host: Host; at: number }> = new PriorityQueue(Infinity, {
    priority: ({ at }) => at,
  });
  readonly #onOpen: (host: Host) => void;

  /** `onOpen` is told of each host that is noticed to be parked no more. */
  constructor(onOpen: (host: Host) => void) {
    this.#onOpen = onOpen;
  }

  get isEmpty(): boolean {
    return this.#hosts.size === 0;
  }

  /** Does nothing for one that is here already. */
  add(host: Host): void {
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
        this.#onOpen(host);
        continue;
      }
      this.#queue.putNowait({ host, at: host.openAt });
      // Those behind open later still.
      if (at > moment) return;
    }
  }
}
