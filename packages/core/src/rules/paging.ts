import { judged, type Rule } from "./rule.ts";

/** How many times later this rule refuses a move whose outcome shows nothing. */
const unshown = 10;

/**
 * A page or a step that brings exactly the same again: the end is reached. An outcome that has always been the same and
 * only says *done* does not show the end: then this rule refuses at ten times the count.
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
