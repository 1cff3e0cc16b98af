import type { CircuitOpenError } from "@guard/core";
import type { Agent, AnswerSoFar, GuardedRun, Handoffs, Places, Runs } from "@guard/core/adapter";

/** In what the handlers for agents and for graphs differ. */
export interface Ways {
  readonly handoffs: Handoffs;
  /** Whether guard learns which tools hand work over: a tool in which an agent has run does. */
  readonly learnsHandoffs: boolean;
  /** Whether the graph keeps an answer that stops the run. Then the calls of the answer don't start. */
  readonly keepsAnswer: (model: Run) => boolean;
  /** Finds guard's record in the state of a graph. */
  readonly recordIn: (state: unknown) => unknown;
  /** Whether guard knows a thread by its name alone, with any checkpointer. */
  readonly isKeptByName: boolean;
  /** Refuses options that the handler can't obey. guard calls it when a root run begins. */
  readonly check?: (runs: Runs) => void;
}

/** A root run. */
export interface Root {
  readonly guarded: GuardedRun;
  readonly ways: Ways;
  /** The answers that models gave. Middleware made every other answer. */
  readonly given: WeakSet<object>;
  /** Whether a middleware of this run answers trips. */
  answersTrips: boolean;
  /** The human's answer that resumed the run, until the run asks for a call. */
  resume: unknown;
  /** The places of its agents. */
  readonly places: Places;
}

/** A run of LangChain's: a chain, a model or a tool. */
export class Run {
  readonly id: string;
  readonly parent: Run | undefined;
  readonly root: Root;
  /** The name of that agent, and its instance. */
  readonly speaker: Speaker;
  readonly kind: "chain" | "model" | "tool";
  readonly name: string;
  /** Whether the run is a classic executor, which tells its work by actions. */
  readonly isExecutor: boolean;
  /** The names of the runs directly below; unset before the first. */
  steps: Set<string> | undefined;
  /** The model calls directly below that have not ended; unset before the first. */
  models: Set<Run> | undefined;
  /** guard's work on the start and on the end of the run. */
  readonly done: { start?: Promise<void>; end?: Promise<void> } = {};
  /** Whether the node keeps an answer that stops the run, and asks a human before the next model call. */
  keepsAnswers = false;
  /** Whether a middleware of the node throws away an answer that stops the run. Then the handler does not throw. */
  takesStops = false;
  /** Whether such an answer came. */
  tookStop = false;
  /** The interrupt that asks a human. */
  question: Error | undefined;
  /** How often guard asked a human. */
  questions = 0;
  /** The part of a model's answer that LangChain streamed; unset before the first part. */
  soFar: AnswerSoFar | undefined;
  #agent: Agent | undefined;

  constructor(
    { id, kind, className }: Started,
    name: string,
    parent: Run | undefined,
    root: Root,
    speaker: Speaker,
  ) {
    this.id = id;
    this.parent = parent;
    this.root = root;
    this.speaker = speaker;
    this.kind = kind;
    this.name = name;
    this.isExecutor = className === "AgentExecutor";
  }

  /** The agent that the run belongs to, as guard counts its calls. */
  get agent(): Agent {
    return (this.#agent ??= this.root.guarded.agent(this.speaker.agent, this.speaker.instance));
  }

  /** The error that stops the run; `undefined` if the run may go on. */
  get stop(): CircuitOpenError | undefined {
    return this.root.guarded.stop;
  }
}

/** An agent: its name, and a word that tells instances of that name apart. */
export interface Speaker {
  readonly agent: string;
  readonly instance: string;
}

/** What an event says about a run that starts. */
export interface Started {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly kind: Run["kind"];
  readonly name: string | undefined;
  /** The class of the Runnable, as LangChain serialises it. */
  readonly className: string | undefined;
  readonly metadata: Record<string, unknown> | undefined;
}

/** The nearest tool around a run; the run itself if it is a tool. */
export function enclosingTool(run: Run): Run | undefined {
  let current: Run | undefined = run;
  while (current !== undefined && current.kind !== "tool") current = current.parent;
  return current;
}
