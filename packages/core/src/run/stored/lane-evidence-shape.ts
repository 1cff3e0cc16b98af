import * as v from "valibot";
import type {
  Churning,
  Failing,
  Failures,
  LaneRecord,
  Row,
  Said,
  SignatureRecord,
  Streak,
  ToolRecord,
  Unchanged,
} from "../../evidence/records.ts";
import { taskShape } from "./call-shapes.ts";
import { loopFields, loopShape, outcomeShape } from "./loop-shape.ts";
import { repeatsShape } from "./machine-shape.ts";
import type { PlainLane } from "./plain-state.ts";
import {
  count,
  entries,
  figure,
  flag,
  list,
  maybe,
  moment,
  object,
  oneOf,
  text,
  weight,
  type Shape,
} from "./shapes.ts";

/** What a call has cost is compared with by division. */
const cost = v.pipe(figure, v.gtValue(0));

const lane: Shape<LaneRecord> = object<LaneRecord>({
  world: count,
  acts: count,
  waits: count,
  news: count,
  streak: maybe(object<Streak>({ ...loopFields, repeats: repeatsShape })),
  row: maybe(object<Row>({ ...loopFields, signature: text })),
  failures: maybe(
    object<Failures>({ ...loopFields, tool: text, areAnswers: flag, news: count, signature: text }),
  ),
  answers: maybe(list(object<Said>({ ...loopFields, text }))),
  modelFailures: maybe(loopShape),
  costs: maybe(list(cost)),
  inputTokens: maybe(figure),
});

const tool: Shape<ToolRecord> = object<ToolRecord>({
  failing: maybe(
    object<Failing>({
      ...loopFields,
      error: text,
      isNotFound: flag,
      news: count,
      signature: text,
    }),
  ),
  churning: maybe(
    object<Churning>({
      ...loopFields,
      outcome: text,
      kind: oneOf({ empty: true, refusing: true, long: true, page: true }),
      question: taskShape,
      paged: maybe(text),
      news: count,
    }),
  ),
});

const signature: Shape<SignatureRecord> = object<SignatureRecord>({
  outcomes: list(outcomeShape),
  last: outcomeShape,
  world: count,
  acts: count,
  waits: count,
  news: count,
  mutations: count,
  hasFailed: flag,
  hasSucceeded: flag,
  at: moment,
  isPending: flag,
  isSource: flag,
  same: loopShape,
  unchanged: maybe(
    object<Unchanged>({
      ...loopFields,
      outcome: text,
      patient: weight,
      news: count,
      isShown: flag,
    }),
  ),
});

/** What a lane knows. */
export const laneEvidenceShape: Shape<PlainLane> = object<PlainLane>({
  lane,
  tools: entries(tool),
  signatures: entries(signature),
});
