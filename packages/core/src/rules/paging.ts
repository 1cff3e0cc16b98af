import { judged, type Rule } from "./rule.ts";

/** How many times as late a move is refused whose outcome shows nothing. */
const unshown = 10;

/**
 * Moving by one, a page or a step, that brings exactly the same again: the end has been reached. An outcome that has never
 * been another one and only says *done* shows nothing of that; then it is refused at ten times the count.
 */
export const paging: Rule = {
  name: "paging",
  reads: ["signature"],
  policies: ["paging", "step"],

  judge({ signature }, context) {
    const { signature: known } = context.known;
    if (known?.unchanged === undefined) return undefined;
    const { unchanged } = known;
    const { isShown } = unchanged;
    const { ladder } = context;
    return judged(
      isShown ? context : { ...context, ladder: { ...ladder, warn: false } },
      unchanged,
      {
        signatures: [signature],
        repeats: [{ signature, exact: known.last.exact }],
        spared: context.lane.news > unchanged.news,
        factor: isShown ? 1 : unshown,
      },
    );
  },
};
