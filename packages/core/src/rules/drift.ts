import { noLoop } from "../evidence/loop.ts";
import { judged, type Rule } from "./rule.ts";

const fewestCosts = 6;

/**
 * Model calls that cost ever more: the mean of the later half of the last 64, divided by that of the
 * earlier half. In USD, or in tokens where the price is unknown.
 */
export const drift: Rule = {
  name: "drift",
  reads: ["costs"],
  kinds: ["model"],

  judge(_call, context) {
    const { costs = [] } = context.known;
    if (costs.length < fewestCosts) return undefined;
    const half = Math.floor(costs.length / 2);
    const early = mean(costs.slice(0, half));
    if (early === 0) return undefined;
    const loop = { ...noLoop, count: mean(costs.slice(-half)) / early, calls: costs.length };
    return judged(context, loop, { signatures: [], isLevel: true });
  },
};

const mean = (costs: readonly number[]) =>
  costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
