import { noLoop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

const costsKey = "costs";
const keptCosts = 64;
const fewestCosts = 6;

/**
 * Model calls that cost ever more: the mean of the later half of the last 64, divided by that of the
 * earlier half. In USD, or in tokens where the price is unknown.
 */
export const drift: Rule = {
  name: "drift",
  scope: "lane",
  kinds: ["model"],

  judge(_call, context) {
    const costs = (context.own.get(costsKey) as readonly number[] | undefined) ?? [];
    if (costs.length < fewestCosts) return undefined;
    const half = Math.floor(costs.length / 2);
    const early = mean(costs.slice(0, half));
    if (early === 0) return undefined;
    const loop = { ...noLoop, count: mean(costs.slice(-half)) / early, calls: costs.length };
    return judged(context, loop, { signatures: [], isLevel: true });
  },

  answered({ spent }, { own }) {
    const costs = (own.get(costsKey) as readonly number[] | undefined) ?? [];
    const cost = spent.nanoUsd > 0 ? spent.nanoUsd : spent.tokens;
    return cost === 0 ? [] : [[costsKey, [...costs, cost].slice(-keptCosts)]];
  },
};

const mean = (costs: readonly number[]) =>
  costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
