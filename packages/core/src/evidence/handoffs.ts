import { setBounded } from "../collections/bounded-map.ts";
import type { AgentRecord, GivenTask, Handoff, Handoffs, Link, TurnEvidence } from "./records.ts";
import type { Delegation } from "./signed-call.ts";
import { isNear, isSame } from "./task.ts";

/** How many earlier hand-offs of the turn count. */
const window = 10;
const maxChain = 64;
const maxTasks = 1_000;

/** A hand-off compared with those before it. */
export interface HandoffSeen {
  /** How often in a row the task came to nothing at this agent, or up the chain. */
  readonly fruitless: number;
  /** How often the same agent has given work to this one. */
  readonly pair: number;
  /** How many agents work below the first. */
  readonly depth: number;
  /** How often the task was given out again after it came to nothing, this time included. */
  readonly again: number;
}

type Agents = TurnEvidence["agents"];

/** Compares a hand-off with those before it. `undefined` for a return. */
export function handoffSeen(
  { handoffs, agents }: Pick<TurnEvidence, "handoffs" | "agents">,
  delegation: Delegation,
): HandoffSeen | undefined {
  if (afterReturn(handoffs, delegation) !== undefined) return undefined;
  const { to, task } = delegation;
  const chain = chainTo(handoffs, delegation.from);
  const recent = recentOf(handoffs, delegation);
  const isUpTheChain = chain.some(({ agent }) => agent === to);
  const upTheChain = isUpTheChain
    ? chain.filter((link) => isSame(link.task, task) && broughtNothing(agents, link)).length
    : 0;
  const working = new Set(chain.map(({ agent }) => agent));
  working.delete(to);
  return {
    fruitless: Math.max(fruitlessIn(agents, recent, delegation), upTheChain),
    pair: recent.length,
    depth: working.size,
    again: againOf(handoffs, agents, delegation),
  };
}

/** The hand-offs after new ones. */
export function withHandoffs(
  { handoffs, agents }: Pick<TurnEvidence, "handoffs" | "agents">,
  delegations: readonly Delegation[],
): Handoffs {
  let { count, chain, latest } = handoffs;
  const tasks = new Map(handoffs.tasks);
  for (const delegation of delegations) {
    const { from, to, task, taskId } = delegation;
    const returned = afterReturn({ ...handoffs, chain }, delegation);
    if (returned !== undefined) {
      chain = returned;
      continue;
    }
    count += 1;
    const link: Link = { agent: to, task, taskId, ...countsOf(agents, to) };
    chain = [...chainTo({ ...handoffs, chain }, from), link].slice(-maxChain);
    latest = [...latest, { ...link, number: count, from }].slice(-window);
    const key = taskId ?? task?.hash;
    if (key === undefined) continue;
    const again = againOf(handoffs, agents, delegation) - 1;
    const holders = { ...tasks.get(key)?.holders, [holder(to)]: countsOf(agents, to) };
    setBounded(tasks, key, { again, holders, last: to, isRejected: false }, maxTasks);
  }
  return { count, chain, latest, tasks };
}

/** The hand-offs after an agent has failed at its task, or has found nothing. */
export function withRejection(handoffs: Handoffs, { to, task, taskId }: Delegation): Handoffs {
  const key = taskId ?? task?.hash;
  const given = key === undefined ? undefined : handoffs.tasks.get(key);
  if (key === undefined || given?.last !== to) return handoffs;
  return { ...handoffs, tasks: new Map(handoffs.tasks).set(key, { ...given, isRejected: true }) };
}

/** A name may be one that every object has, such as `constructor`. */
const holder = (agent: string) => `to ${agent}`;

/** What a repeated task counts if the agent has done no work and only found new words. */
const newWordsCount = 1 / 8;

/**
 * How often a task was given out again after it came to nothing. It counts at the same agent, unless that agent has
 * brought news since; new words alone count a little. It counts at another agent if the agent before has failed.
 * Several agents that are asked once each are a panel.
 */
function againOf(handoffs: Handoffs, agents: Agents, { to, task, taskId }: Delegation): number {
  const given: GivenTask | undefined = handoffs.tasks.get(taskId ?? task?.hash ?? "");
  if (given === undefined) return 1;
  if (given.isRejected) return given.again + 2;
  const before = given.holders[holder(to)];
  if (before === undefined) return 1;
  const now = countsOf(agents, to);
  if (now.works !== before.works) return 1;
  return given.again + 1 + (now.words === before.words ? 1 : newWordsCount);
}

/**
 * How often in a row this pair's same task came to nothing. A task that is only nearly the same, or says nothing,
 * counts if guard saw the agent work or answer: else it may be the next item of a list.
 */
function fruitlessIn(
  agents: Agents,
  recent: readonly Handoff[],
  { to, task, taskId }: Delegation,
): number {
  const isHeard = agents.has(to);
  const isMeant = (handoff: Handoff) => {
    if (taskId !== undefined && handoff.taskId !== undefined) return taskId === handoff.taskId;
    if (task === undefined && handoff.task === undefined) return isHeard;
    return isSame(handoff.task, task) || (isHeard && isNear(handoff.task, task));
  };
  const same = recent.filter(isMeant);
  const fruitful = same.findLastIndex((handoff) => !broughtNothing(agents, handoff));
  // The outcome of the latest one is known by now; that of an earlier one stands in the next.
  return same.length - 1 - fruitful;
}

function broughtNothing(agents: Agents, { agent, ...before }: Link): boolean {
  const now = countsOf(agents, agent);
  return now.works === before.works && now.words === before.words;
}

type Counts = Pick<AgentRecord, "works" | "words">;

function countsOf(agents: Agents, agent: string): Counts {
  const { works = 0, words = 0 } = agents.get(agent) ?? {};
  return { works, words };
}

/** The chain up to the agent that gives work now: the agents below it have come back. */
function chainTo({ chain }: Handoffs, from: string): readonly Link[] {
  const at = chain.findLastIndex(({ agent }) => agent === from);
  return at < 0 ? [{ agent: from, task: undefined, works: 0, words: 0 }] : chain.slice(0, at + 1);
}

/**
 * The chain after an agent has returned its work to its sender. `undefined` for a hand-off: the same task once more is
 * no return. An agent without a known sender may return to any agent in the chain.
 */
function afterReturn(
  { chain }: Handoffs,
  { from, to, task }: Delegation,
): readonly Link[] | undefined {
  const known = chain.findLastIndex(({ agent }) => agent === from);
  const back = known < 0 ? chain.findLastIndex(({ agent }) => agent === to) : known - 1;
  const above = chain.slice(0, back + 1);
  const isBack = above.at(-1)?.agent === to;
  const isAgain = chain.slice(0, known + 1).some((link) => isNear(link.task, task));
  return isBack && !isAgain ? above : undefined;
}

function recentOf({ latest, count }: Handoffs, { from, to }: Delegation): readonly Handoff[] {
  return latest.filter(
    (handoff) => handoff.from === from && handoff.agent === to && count - handoff.number < window,
  );
}
