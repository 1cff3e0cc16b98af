/** The places of agents that run at the same time, such as those that start from one node of a graph. */
export class Places {
  readonly #taken = new Map<string, Set<number>>();
  readonly #of = new Map<string, readonly [within: string, place: number]>();

  /** Takes the first free place, until the run of that id ends. */
  take(within: string, run: string): number {
    const taken = this.#taken.get(within) ?? new Set();
    this.#taken.set(within, taken);
    let place = 0;
    while (taken.has(place)) place += 1;
    taken.add(place);
    this.#of.set(run, [within, place]);
    return place;
  }

  free(run: string): void {
    const [within, place] = this.#of.get(run) ?? [];
    if (within === undefined || place === undefined) return;
    this.#of.delete(run);
    const taken = this.#taken.get(within);
    taken?.delete(place);
    if (taken?.size === 0) this.#taken.delete(within);
  }
}
