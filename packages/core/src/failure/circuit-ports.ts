import type { Clock } from "../ports/clock.ts";
import type { Deadline } from "../ports/deadline.ts";
import type { Random } from "../ports/random.ts";
import type { Store } from "../ports/store.ts";
import type { EventName, GuardEvent } from "../vocabulary/events.ts";

/** What a circuit gets from its registry. */
export interface CircuitPorts {
  readonly clock: Clock;
  readonly monotonic: Clock;
  readonly random: Random;
  readonly mode: "enforce" | "observe";
  /** Where processes share the circuit. `undefined`: this process holds it. */
  readonly store: Store | undefined;
  readonly deadline: Deadline;
  /** An id that no other process makes. */
  readonly nextId: () => string;
  readonly events: {
    on(name: EventName | "*", listener: (event: GuardEvent) => unknown): () => void;
    /** Whether any listener would hear an event of that name. */
    hears(name: EventName): boolean;
    emit(event: GuardEvent): void;
  };
}
