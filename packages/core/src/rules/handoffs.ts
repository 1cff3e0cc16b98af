import type { Table, Entry } from "./evidence.ts";
import type { SignedCall } from "./signed-call.ts";
import { isNear, type TaskFingerprint } from "./task.ts";

/** Hand-offs and the tasks given out: what the rules over hand-offs know. */
export const handoffTable = "handoffs";

/** The agents at work: each works for the one before it, the first for the user. */
type Chain = readonly { readonly agent: string; readonly task: TaskFingerprint | undefined }[];

/** A hand-off between two agents: which one of the run it was, and what was handed over. */
interface Handoff {
  readonly number: number;
  readonly task: TaskFingerprint | undefined;
}

type Delegation = NonNullable<SignedCall["delegation"]>;

/** As many hand-offs of the run are looked back on. */
const window = 10;
const maxChain = 64;

const chainKey = "chain";
const numberKey = "number";
const pairKey = ({ from, to }: Delegation) => `${from}\n${to}`;

const numberIn = (own: Table) => (own.get(numberKey) as number | undefined) ?? 0;

/** The chain up to the agent that hands over now: the agents below it have come back. */
function chainTo(own: Table, from: string): Chain {
  const chain = (own.get(chainKey) as Chain | undefined) ?? [];
  const at = chain.findLastIndex(({ agent }) => agent === from);
  return at < 0 ? [{ agent: from, task: undefined }] : chain.slice(0, at + 1);
}

/**
 * The chain after an agent has returned its work to the agent that gave it; `undefined` where it hands work
 * over: the same task once more is no return. An agent of unknown sender returns to any agent in the chain.
 */
function afterReturn(own: Table, { from, to, task }: Delegation): Chain | undefined {
  const chain = (own.get(chainKey) as Chain | undefined) ?? [];
  const known = chain.findLastIndex(({ agent }) => agent === from);
  const back = known < 0 ? chain.findLastIndex(({ agent }) => agent === to) : known - 1;
  const above = chain.slice(0, back + 1);
  const isBack = above.at(-1)?.agent === to;
  const isAgain = chain.slice(0, known + 1).some((link) => isNear(link.task, task));
  return isBack && !isAgain ? above : undefined;
}

/** What a hand-off looks like in the light of those before it; `undefined` for a return. */
export function handoffsSeen(
  own: Table,
  delegation: Delegation,
): { readonly near: number; readonly pair: number; readonly depth: number } | undefined {
  if (afterReturn(own, delegation) !== undefined) return undefined;
  const chain = chainTo(own, delegation.from);
  const recent = recentOf(own, delegation);
  const again = recent.filter(({ task }) => isNear(task, delegation.task)).length;
  const isUpTheChain = chain.some(({ agent }) => agent === delegation.to);
  const upTheChain = isUpTheChain
    ? chain.filter(({ task }) => isNear(task, delegation.task)).length
    : 0;
  return { near: Math.max(again, upTheChain), pair: recent.length, depth: chain.length };
}

/** The entries that hand-offs which were let through set. */
export function handoffEntries(own: Table, delegations: readonly Delegation[]): readonly Entry[] {
  let number = numberIn(own);
  let chain: Chain = (own.get(chainKey) as Chain | undefined) ?? [];
  const pairs = new Map<string, readonly Handoff[]>();
  for (const delegation of delegations) {
    const { from, to, task } = delegation;
    const returned = afterReturn(own, delegation);
    if (returned !== undefined) {
      chain = returned;
      continue;
    }
    const above = chainTo(own, from);
    number += 1;
    chain = [...above, { agent: to, task }].slice(-maxChain);
    const key = pairKey(delegation);
    const before = pairs.get(key) ?? recentOf(own, delegation);
    pairs.set(key, [...before, { number, task }].slice(-window));
  }
  return [[numberKey, number], [chainKey, chain], ...pairs];
}

function recentOf(own: Table, delegation: Delegation): readonly Handoff[] {
  const handoffs = (own.get(pairKey(delegation)) as readonly Handoff[] | undefined) ?? [];
  const number = numberIn(own);
  return handoffs.filter((handoff) => number - handoff.number < window);
}
