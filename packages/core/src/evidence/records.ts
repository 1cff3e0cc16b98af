import type { Loop } from "./loop.ts";
import type { TaskFingerprint } from "./task.ts";

// All that rules know, as plain data: a record for each signature, each tool and the lane, and the
// records that a turn shares among its lanes. A turn begins without records. They hold no arguments
// and no results.

/** An outcome as two hashes: of the whole text, and of the masked text. */
export interface OutcomeHashes {
  readonly exact: string;
  readonly masked: string;
}

/** A signature with one of its outcomes. */
export interface Repeat {
  readonly signature: string;
  readonly exact: string;
}

/** What a lane knows of one signature. */
export interface SignatureRecord {
  /** The different outcomes it has had. */
  readonly outcomes: readonly OutcomeHashes[];
  readonly last: OutcomeHashes;
  /** What `LaneRecord` counted when it came back last. */
  readonly world: number;
  readonly acts: number;
  readonly waits: number;
  readonly news: number;
  /** `TurnEvidence.mutations` at that time. */
  readonly mutations: number;
  /** The last outcome was a failure, or a success that was seen. */
  readonly hasFailed: boolean;
  readonly hasSucceeded: boolean;
  /** When it last came back, in milliseconds since the epoch. */
  readonly at: number;
  /** The last outcome said *not yet*. */
  readonly isPending: boolean;
  /** Its outcome has changed by itself: a sensor, a coin. */
  readonly isSource: boolean;
  /** How often it brought exactly its last outcome since the world changed. */
  readonly same: Loop;
  /** How often its outcome did not change, if it is called again on purpose. */
  readonly unchanged?: Unchanged | undefined;
}

/** Unchanged outcomes of a call that is made again on purpose. */
export interface Unchanged extends Loop {
  /** The outcome's hash: exact if the call moves something, masked if it looks. */
  readonly outcome: string;
  /** The part of the count from looks a minute or more apart. */
  readonly patient: number;
  /** `LaneRecord.news` when it came back last. */
  readonly news: number;
  /** Whether the outcome shows something: it was another one before, or says more than *done*. */
  readonly isShown: boolean;
}

/** What a lane knows of one tool. */
export interface ToolRecord {
  /** The same error in a row, with any arguments. */
  readonly failing?: Failing | undefined;
  /** The same empty or long answer to near-same questions. */
  readonly churning?: Churning | undefined;
}

export interface Failing extends Loop {
  readonly error: string;
  /** It says that something does not exist. */
  readonly isNotFound: boolean;
  readonly news: number;
  readonly signature: string;
}

export interface Churning extends Loop {
  readonly outcome: string;
  readonly kind: "empty" | "refusing" | "long" | "page";
  readonly question: TaskFingerprint | undefined;
  readonly paged: string | undefined;
  readonly news: number;
}

/** What a lane knows of itself. */
export interface LaneRecord {
  /** How often a tool that may change the world had its first success. */
  readonly world: number;
  /** How often such a tool has succeeded. */
  readonly acts: number;
  /** How often the agent waited: by a wait tool, a `sleep`, or 20 seconds of idle time. */
  readonly waits: number;
  /** How many rounds brought a success with news. */
  readonly news: number;
  /** Rounds in a row without news. */
  readonly streak?: Streak | undefined;
  /** The same call in a row, with any outcomes. */
  readonly row?: Row | undefined;
  /** Rounds in a row in which one tool has failed. */
  readonly failures?: Failures | undefined;
  /** The agent's texts since the last news. */
  readonly answers?: readonly Said[] | undefined;
  /** Model calls that have failed in a row. */
  readonly modelFailures?: Loop | undefined;
  /** What the last model calls have cost, the latest last. */
  readonly costs?: readonly number[] | undefined;
  /** The input tokens of the last answered request. */
  readonly inputTokens?: number | undefined;
}

export interface Streak extends Loop {
  readonly repeats: readonly Repeat[];
}

export interface Row extends Loop {
  readonly signature: string;
}

export interface Failures extends Loop {
  readonly tool: string;
  /** Whether the failures are answers to many questions: something does not exist, or a tool returned its failure. */
  readonly areAnswers: boolean;
  readonly news: number;
  readonly signature: string;
}

export interface Said extends Loop {
  readonly text: string;
}

/** What a lane knows. */
export interface LaneEvidence {
  readonly lane: LaneRecord;
  readonly tools: Map<string, ToolRecord>;
  readonly signatures: Map<string, SignatureRecord>;
}

/** What all lanes of a turn know about one signature. */
export interface SharedRecord {
  /** How often any agent asked for it. */
  readonly asked: Loop;
  /** How often it succeeded, if it has an effect in the world. */
  readonly done?: Done | undefined;
}

export interface Done extends Loop {
  /** `TurnEvidence.effects` at that time. */
  readonly effects: number;
  /** How often the thing that it makes had been removed by then: see `TurnEvidence.takenBack`. */
  readonly takenBack: number;
}

/** What all lanes of one agent know. */
export interface AgentRecord {
  /** How many of its rounds brought news, and how often it said something new. */
  readonly works: number;
  readonly words: number;
  /** Its last answers, and what has come back from it, as hashes. */
  readonly said: readonly string[];
}

/** What all lanes of a turn know. */
export interface TurnEvidence {
  /** How many different effects have succeeded. */
  readonly effects: number;
  /** How many different effects of mutating tools have succeeded. */
  readonly mutations: number;
  /** How often things of a kind were removed: an agent may create a file again that it has deleted. */
  readonly takenBack: Readonly<Record<string, number>>;
  /** How many lanes have ended. */
  readonly ended: number;
  readonly signatures: Map<string, SharedRecord>;
  readonly agents: Map<string, AgentRecord>;
  readonly handoffs: Handoffs;
  /** The ends of independent questions, by agent and question. */
  readonly questions: Map<string, Question>;
  /** What earlier instances of an agent have seen, by agent and signature. */
  readonly earlier: Map<string, Earlier>;
}

/** A question in a conversation of its own, and how often in a row it had the same end. */
interface Question extends Loop {
  /** Calls, outcomes and answers as one hash. */
  readonly end: string;
  /** When it was last answered, in milliseconds since the epoch. */
  readonly at: number;
}

interface Earlier {
  readonly outcomes: readonly OutcomeHashes[];
  /** `TurnEvidence.ended` when the instance had ended. */
  readonly ended: number;
}

/** The hand-offs of a turn. */
export interface Handoffs {
  /** How many there were. */
  readonly count: number;
  /** The agents at work: each works for the one before it, the first for the user. */
  readonly chain: readonly Link[];
  /** The last hand-offs, the latest last. */
  readonly latest: readonly Handoff[];
  /** The tasks, by their hashes or ids. */
  readonly tasks: ReadonlyMap<string, GivenTask>;
}

/** An agent at work, and its task. */
export interface Link {
  readonly agent: string;
  readonly task: TaskFingerprint | undefined;
  readonly taskId?: string | undefined;
  /** The counts of `AgentRecord` for the agent at that time. */
  readonly works: number;
  readonly words: number;
}

/** One hand-off. */
export interface Handoff extends Link {
  readonly number: number;
  readonly from: string;
}

/** A task, its agents, and how often it was given out again after it came to nothing. */
export interface GivenTask {
  readonly again: number;
  /** The counts of `AgentRecord` for each agent when it last got the task. */
  readonly holders: Readonly<Record<string, Pick<AgentRecord, "works" | "words">>>;
  readonly last: string;
  /** Whether the last agent has failed, or has found nothing. */
  readonly isRejected: boolean;
}

export const noLaneRecord: LaneRecord = { world: 0, acts: 0, waits: 0, news: 0 };

export function noLaneEvidence(): LaneEvidence {
  return { lane: noLaneRecord, tools: new Map(), signatures: new Map() };
}

export function noTurnEvidence(): TurnEvidence {
  return {
    effects: 0,
    mutations: 0,
    takenBack: {},
    ended: 0,
    signatures: new Map(),
    agents: new Map(),
    questions: new Map(),
    handoffs: { count: 0, chain: [], latest: [], tasks: new Map() },
    earlier: new Map(),
  };
}
