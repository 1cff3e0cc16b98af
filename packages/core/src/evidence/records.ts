import type { Loop } from "./loop.ts";
import type { TaskFingerprint } from "./task.ts";

// All that rules know, as plain data: one record for each signature, each tool and the lane, and those that a turn
// shares among its lanes. A turn of the user begins with none. Nothing in them is an argument or a result.

/** An outcome by its hashes: of all of it, and of what is left after masking. */
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
  /** When it came back last, in milliseconds since the epoch. */
  readonly at: number;
  /** The last outcome said *not yet*. */
  readonly isPending: boolean;
  /** Its outcome has changed by itself: a sensor, a coin. */
  readonly isSource: boolean;
  /** How often it has brought exactly its last outcome since the world has changed. */
  readonly same: Loop;
  /** How often its outcome has not changed, where it is called again on purpose. */
  readonly unchanged?: Unchanged | undefined;
}

/** What has not changed in a call that is made again on purpose. */
export interface Unchanged extends Loop {
  /** Of the outcome: exact where the call moves something, masked where it looks. */
  readonly outcome: string;
  /** Of the count, what looks a minute or more apart add. */
  readonly patient: number;
  /** `LaneRecord.news` when it came back last. */
  readonly news: number;
  /** Whether the outcome shows something: it has been another one, or says more than *done*. */
  readonly isShown: boolean;
}

/** What a lane knows of one tool. */
export interface ToolRecord {
  /** The same error in a row, whatever the arguments. */
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
  /** How often a tool that is not known to read has succeeded for the first time: the world may be another. */
  readonly world: number;
  /** How often such a tool has succeeded. */
  readonly acts: number;
  /** How often time was let pass: by a wait tool, by a `sleep`, by 20 seconds of idling. */
  readonly waits: number;
  /** How many rounds have brought a success with news. */
  readonly news: number;
  /** Rounds in a row without news. */
  readonly streak?: Streak | undefined;
  /** The same call in a row, whatever comes back. */
  readonly row?: Row | undefined;
  /** Rounds in a row in which one tool has failed. */
  readonly failures?: Failures | undefined;
  /** The texts that were given since the last news. */
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
  /** They say that something does not exist, or came back as results: the answers to many questions. */
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

/** What the lanes of a turn know together of one signature. */
export interface SharedRecord {
  /** How often it was asked for, by any agent. */
  readonly asked: Loop;
  /** How often it has succeeded, where it has an effect in the world. */
  readonly done?: Done | undefined;
}

export interface Done extends Loop {
  /** `TurnEvidence.effects` at that time. */
  readonly effects: number;
  /** How often what it makes had been taken back by then: see `TurnEvidence.takenBack`. */
  readonly takenBack: number;
}

/** What is known of one agent, in all its lanes. */
export interface AgentRecord {
  /** How many of its rounds have brought news, and how often it has said something new. */
  readonly works: number;
  readonly words: number;
  /** Its last answers, and what has come back from it, as hashes. */
  readonly said: readonly string[];
}

/** What the lanes of a turn know together. */
export interface TurnEvidence {
  /** How many different effects have succeeded. */
  readonly effects: number;
  /** How many different effects of tools that are known to mutate have succeeded. */
  readonly mutations: number;
  /** How often things of a kind were taken back: a file that was created and deleted may be created anew. */
  readonly takenBack: Readonly<Record<string, number>>;
  /** How many lanes have ended. */
  readonly ended: number;
  readonly signatures: Map<string, SharedRecord>;
  readonly agents: Map<string, AgentRecord>;
  readonly handoffs: Handoffs;
  /** How independent questions were answered, by agent and question. */
  readonly questions: Map<string, Question>;
  /** What earlier instances of an agent have seen, by agent and signature. */
  readonly earlier: Map<string, Earlier>;
}

/** A question that was asked as a conversation of its own, and how often in a row it had the same end. */
interface Question extends Loop {
  /** What was asked for, what came back and what was answered, as one hash. */
  readonly end: string;
  /** When it was answered last, in milliseconds since the epoch. */
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
  /** The tasks that were given out, by their hashes or ids. */
  readonly tasks: ReadonlyMap<string, GivenTask>;
}

/** An agent at work, and what it was given. */
export interface Link {
  readonly agent: string;
  readonly task: TaskFingerprint | undefined;
  readonly taskId?: string | undefined;
  /** What `AgentRecord` counted for the agent at that time. */
  readonly works: number;
  readonly words: number;
}

/** One hand-off. */
export interface Handoff extends Link {
  readonly number: number;
  readonly from: string;
}

/** A task, whom it was given to, and how often it was given out again after it had come to nothing. */
export interface GivenTask {
  readonly again: number;
  /** What `AgentRecord` counted for each agent when it was given the task last. */
  readonly holders: Readonly<Record<string, Pick<AgentRecord, "works" | "words">>>;
  readonly last: string;
  /** The agent that had it last has failed, or has said that there is nothing. */
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
