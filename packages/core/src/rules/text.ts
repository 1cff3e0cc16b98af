import { goOn, noLoop, type Loop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

interface Said extends Loop {
  readonly text: string;
}

const saidKey = "said";
const none: Said = { ...noLoop, text: "" };

/** A text that chants is as bad as one that was given three times. */
const chantCounts = 3;

/**
 * The same answer again and again, or one block of text chanted inside an answer. Calls that bring
 * news between start the count anew: "let me look at the next file" may be said before every file. So do
 * calls that wait: "not ready yet, I'll check again" may be said as long as `poll` lets them pass.
 */
export const text: Rule = {
  name: "text",
  scope: "lane",
  kinds: ["model"],

  judge(_call, context) {
    const said = context.own.get(saidKey) as Said | undefined;
    return said && judged(context, said, { signatures: [said.text] });
  },

  answered(answer, { own }) {
    if (answer.text === undefined) return [];
    const before = (own.get(saidKey) as Said | undefined) ?? none;
    const loop = goOn(before.text === answer.text ? before : noLoop, 1, [answer]);
    const count = answer.chants ? loop.count - 1 + chantCounts : loop.count;
    return [[saidKey, { ...loop, count, text: answer.text } satisfies Said]];
  },

  finished: (_calls, { own, brings, waits }) =>
    (brings || waits) && own.has(saidKey) ? [[saidKey, undefined]] : [],
};
