import * as v from "valibot";
import type { Override } from "../../vocabulary/override.ts";
import { callKind } from "./call-shapes.ts";
import {
  count,
  figure,
  list,
  maybe,
  missing,
  moment,
  object,
  oneOf,
  text,
  type Shape,
} from "./shapes.ts";

type Of<Key extends string> = Extract<Override, Readonly<Record<Key, unknown>>>;

const said = {
  id: text,
  by: text,
  why: text,
  at: moment,
  until: missing(v.pipe(v.number(), v.finite())), // what a human says may be over at once
};

const force: Shape<Of<"force">> = object<Of<"force">>({
  ...said,
  force: oneOf({ open: true, closed: true }),
});
const allow: Shape<Of<"allow">> = object<Of<"allow">>({ ...said, allow: text, times: count });
const grant: Shape<Of<"grant">> = object<Of<"grant">>({ ...said, grant: callKind, times: count });
const more = maybe(figure);
const extend: Shape<Of<"extend">> = object<Of<"extend">>({
  ...said,
  extend: object({ modelCalls: more, toolCalls: more, tokens: more, usd: more, wallMs: more }),
  account: text,
});

/** The key of an override tells its kind, so each fault names a field of that kind. */
const override: Shape<Override> = v.lazy((value): Shape<Override> => {
  const has = (key: string) => Object.hasOwn(Object(value), key);
  return has("allow") ? allow : has("grant") ? grant : has("extend") ? extend : force;
});

/** The overrides that hold. */
export const overridesShape: Shape<Override[]> = list(override);
