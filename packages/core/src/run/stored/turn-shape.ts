import type {
  AgentRecord,
  Done,
  GivenTask,
  Handoff,
  Link,
  SharedRecord,
} from "../../evidence/records.ts";
import { taskShape } from "./call-shapes.ts";
import { loopFields, loopShape, outcomeShape } from "./loop-shape.ts";
import type { PlainHandoffs, PlainTurn } from "./plain-state.ts";
import {
  count,
  entries,
  flag,
  list,
  maybe,
  moment,
  object,
  record,
  text,
  weight,
  type Shape,
} from "./shapes.ts";

type Evidence = PlainTurn["evidence"];
type Item<Of> = Of extends readonly [string, infer Value][] ? Value : never;

const counts = { works: count, words: count };
const link = { agent: text, task: taskShape, taskId: maybe(text), ...counts };

const handoffs: Shape<PlainHandoffs> = object<PlainHandoffs>({
  count,
  chain: list(object<Link>(link)),
  latest: list(object<Handoff>({ ...link, number: count, from: text })),
  tasks: entries(
    object<GivenTask>({
      again: weight,
      holders: record(text, object<Pick<AgentRecord, "works" | "words">>(counts)),
      last: text,
      isRejected: flag,
    }),
  ),
});

const evidence: Shape<Evidence> = object<Evidence>({
  effects: count,
  mutations: count,
  takenBack: record(text, count),
  ended: count,
  signatures: entries(
    object<SharedRecord>({
      asked: loopShape,
      done: maybe(object<Done>({ ...loopFields, effects: count, takenBack: count })),
    }),
  ),
  agents: entries(object<AgentRecord>({ ...counts, said: list(text) })),
  handoffs,
  questions: entries(object<Item<Evidence["questions"]>>({ ...loopFields, end: text, at: moment })),
  earlier: entries(
    object<Item<Evidence["earlier"]>>({ outcomes: list(outcomeShape), ended: count }),
  ),
});

/** A turn: what the user asked for, and how the turns before it ended. */
export const turnShape: Shape<PlainTurn> = object<PlainTurn>({
  number: maybe(count),
  evidence,
  asked: text,
  acts: flag,
  agent: maybe(text),
  print: text,
  isFinal: flag,
  at: moment,
  ends: list(text),
  again: maybe(loopShape),
});
