import type { humanQueue } from "../failure/human-queue.ts";
import { KnownCircuits } from "../failure/known-circuits.ts";
import { steady } from "../failure/steady.ts";
import type { Deadline } from "../ports/deadline.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { Settings } from "../options/settings.ts";
import { Emitter } from "./emitter.ts";

/** The failure circuits of a registry with these settings. */
export function circuitsOf(events: Emitter, settings: Settings, deadline: Deadline): KnownCircuits {
  const { clock, monotonic, random, mode, store } = settings;
  const nextId = idsOf(settings);
  const failed = (error: unknown, at: number) =>
    events.emit({ type: "port-error", port: "circuit", error, run: "", at });
  const shared = {
    clock: steady(clock, failed),
    monotonic: steady(monotonic, failed),
    random: steady(random, failed),
    mode,
    store,
    deadline,
    nextId,
  };
  return new KnownCircuits(() => ({ ...shared, events: new Emitter(events) }));
}

/** What the queues for people get from a registry with these settings. */
export function queuePorts(events: Emitter, settings: Settings): Parameters<typeof humanQueue>[1] {
  const { clock, wait, store } = settings;
  const failed = (error: unknown) =>
    events.emit({ type: "port-error", port: "circuit", error, run: "", at: clock() });
  const memory = memoryStore({ clock });
  return { clock, wait, store, memory, wakeUps: new Map(), nextId: idsOf(settings), failed };
}

/** Makes ids that no other process makes. */
function idsOf({ clock, random }: Settings): () => string {
  const prefix = `${clock().toString(36)}-${random().toString(36).slice(2)}`;
  let made = 0;
  return () => `${prefix}-${(made += 1)}`;
}
