import type { CircuitOpenError } from "@guard/core";
import {
  LiveMap,
  Places,
  type Agent,
  type AnswerSoFar,
  type GuardedRun,
  type Handoffs,
  type Runs,
} from "@guard/core/adapter";

import { beginInside, endInside } from "./inside-tools.ts";

/** What a handler does in its own way. */
export interface Ways {
  readonly handoffs: Handoffs;
  /** Whether a tool inside which an agent has run is known to hand work to it. */
  readonly learnsHandoffs: boolean;
  /** Whether an answer that stops the run is kept: then its calls don't start, and the graph says what follows. */
  readonly keepsAnswer: (model: Run) => boolean;
  /** What the state of a graph keeps for guard. */
  readonly recordIn: (state: unknown) => unknown;
  /** Whether a thread keeps the record by its name alone, with any checkpointer. */
  readonly isKeptByName: boolean;
  /** Refuses options that can't be obeyed, where a root run begins. */
  readonly check?: (runs: Runs) => void;
}

/** One root run, as LangChain tells of it. */
export interface Root {
  readonly guarded: GuardedRun;
  readonly ways: Ways;
  /** The answers that models have given, as objects: other middleware has made every other answer. */
  readonly given: WeakSet<object>;
  /** Whether a middleware of this run answers trips. */
  answersTrips: boolean;
  /** With what the run was resumed, until something is asked for. */
  resume: unknown;
  /** The places of its agents. */
  readonly places: Places;
}

/** One run of LangChain's: a chain, a model or a tool. */
export class Run {
  readonly id: string;
  readonly parent: Run | undefined;
  readonly root: Root;
  /** Which agent it belongs to. */
  readonly speaker: Speaker;
  readonly kind: "chain" | "model" | "tool";
  readonly name: string;
  /** Whether it is a classic executor: an agent whose work is told by its actions. */
  readonly isExecutor: boolean;
  /** Names of the runs that were started directly below it; unset before the first. */
  steps: Set<string> | undefined;
  /** The model calls directly below it that have not ended; unset before the first. */
  models: Set<Run> | undefined;
  /** What guard did about its start and its end. */
  readonly done: { start?: Promise<void>; end?: Promise<void> } = {};
  /** Whether answers that stop the run are kept here: a human is asked before the next model call. */
  keepsAnswers = false;
  /** Whether a middleware takes away the answers that stop the run: then the handler need not throw. */
  takesStops = false;
  /** Whether such an answer has come. */
  tookStop = false;
  /** The interrupt by which a human is asked. */
  question: Error | undefined;
  /** How often a human was asked. */
  questions = 0;
  /** What of a model's answer was streamed; unset before its first part. */
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

  get agent(): Agent {
    return (this.#agent ??= this.root.guarded.agent(this.speaker.agent, this.speaker.instance));
  }

  /** What stops the run, if anything does. */
  get stop(): CircuitOpenError | undefined {
    return this.root.guarded.stop;
  }
}

/** An agent by name, and what tells its instances apart. */
interface Speaker {
  readonly agent: string;
  readonly instance: string;
}

/** What an event tells about the run that starts. */
export interface Started {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly kind: Run["kind"];
  readonly name: string | undefined;
  /** The class of what runs, as LangChain serialises it. */
  readonly className: string | undefined;
  readonly metadata: Record<string, unknown> | undefined;
}

/**
 * Follows LangChain's runs from parent to child, and finds the agent of each. All handlers and middlewares over one
 * source have the same tree, so what two of them hear is done once.
 *
 * Runs that have ended are kept for a while, because a branch may go on in the background after its root, and must
 * find the latch of that root.
 */
export class RunTree {
  readonly #guarded: Runs;
  readonly #runs = new LiveMap<Run>();

  constructor(guarded: Runs) {
    this.#guarded = guarded;
  }

  get(id: string | undefined): Run | undefined {
    return id === undefined ? undefined : this.#runs.get(id);
  }

  /** The run of a model node whose root no handler has heard of. */
  adopt(root: string, node: string, metadata: Started["metadata"], ways: Ways): Run {
    if (this.get(root) === undefined) {
      const agent = metadata?.["lc_agent_name"];
      const name = typeof agent === "string" ? agent : "";
      const began = { id: root, parentId: undefined, kind: "chain", name, metadata } as const;
      this.start({ ...began, className: "CompiledStateGraph" }, ways, false);
    }
    const began = { id: node, parentId: root, kind: "chain", name: "model_request" } as const;
    return this.start({ ...began, className: undefined, metadata }, ways);
  }

  /** The run of an event, made at its first mention. A run whose parent is unknown is a root. */
  start(started: Started, ways: Ways, isHeard = true): Run {
    const known = this.#runs.get(started.id);
    if (known !== undefined) return known;
    const parent = this.get(started.parentId);
    const name = started.name ?? started.className ?? "";
    const root = parent?.root ?? this.#root(started.id, ways, isHeard);
    const speaker = speakerOf({ ...started, name }, parent, root.places);
    const caller = root.ways.learnsHandoffs ? callerOf(speaker, parent) : undefined;
    if (caller !== undefined) root.ways.handoffs.seeInside(caller.name, speaker.agent);
    const run = new Run(started, name, parent, root, speaker);
    if (parent !== undefined) (parent.steps ??= new Set()).add(name);
    if (run.kind === "model") {
      root.guarded.hearsModels = true;
      if (parent !== undefined) (parent.models ??= new Set()).add(run);
    }
    this.#runs.begin(run.id, run);
    beginInside(run);
    return run;
  }

  /** A run has ended. */
  end(run: Run): void {
    if (run.kind === "model") run.parent?.models?.delete(run);
    run.root.places.free(run.id);
    if (run.kind === "tool") run.root.guarded.endInstance(run.id);
    this.#runs.end(run.id);
    endInside(run);
  }

  #root(id: string, ways: Ways, isHeard: boolean): Root {
    this.#runs.sweep((run) => run.root.guarded.isOver());
    ways.check?.(this.#guarded);
    const { handoffs } = ways;
    // A root that no handler hears of is never heard to end either.
    const options = { handoffs, seesTools: isHeard, isReported: isHeard };
    const guarded = this.#guarded.run(id, options);
    return {
      guarded,
      ways,
      given: new WeakSet(),
      answersTrips: false,
      resume: undefined,
      places: new Places(),
    };
  }
}

/**
 * An agent by name, within the tool that called it or else within the root run. Instances of one agent that are under
 * way at once have a place each; one that begins when another has ended takes its place, and the request tells whether
 * it goes on with the same conversation. Agents are told by the graphs they run as; everything inside belongs to the
 * nearest one.
 */
function speakerOf(
  started: Started & { name: string },
  parent: Run | undefined,
  places: Places,
): Speaker {
  const agent = agentOf(started, parent);
  if (parent === undefined) return { agent: agent ?? "agent", instance: "" };
  if (parent.kind === "tool") return { agent: agent ?? parent.speaker.agent, instance: parent.id };
  if (agent === undefined || agent === parent.speaker.agent) return parent.speaker;
  const within = enclosingTool(parent)?.id ?? "";
  const place = places.take(`${within}\n${agent}`, started.id);
  return { agent, instance: place === 0 ? within : `${within}+${place}` };
}

/** The tool whose work an agent begins: it runs inside, and no other agent is between them. */
function callerOf(speaker: Speaker, parent: Run | undefined): Run | undefined {
  const tool = parent && enclosingTool(parent);
  const isFirst = parent?.speaker.agent === tool?.speaker.agent;
  return isFirst && speaker.agent !== tool?.speaker.agent ? tool : undefined;
}

/** LangGraph's name for a graph that was given none. */
const unnamedGraph = "LangGraph";

/** The agent that a graph runs as: the graph's own name, or that of the node it is. */
function agentOf(started: Started & { name: string }, parent: Run | undefined): string | undefined {
  if (started.kind !== "chain" || started.className !== "CompiledStateGraph") return undefined;
  if (started.name !== unnamedGraph && started.name !== "") return started.name;
  const node = started.metadata?.["langgraph_node"];
  return parent !== undefined && node === parent.name ? parent.name : undefined;
}

/** The tool inside which something runs, however deep. */
export function enclosingTool(run: Run): Run | undefined {
  let current: Run | undefined = run;
  while (current !== undefined && current.kind !== "tool") current = current.parent;
  return current;
}

/** Whether an answer of this model is kept although it stops the run: its node asks a human. */
export function isAnswerKept(model: Run): boolean {
  let current: Run | undefined = model;
  while (current !== undefined && current.kind !== "tool" && !current.keepsAnswers) {
    current = current.parent;
  }
  return current?.keepsAnswers === true;
}

/** Leaves an answer that stops the run to the middleware of its node. Returns whether there is one. */
export function leaveStop(model: Run): boolean {
  let current: Run | undefined = model;
  while (current !== undefined && current.kind !== "tool" && !current.takesStops) {
    current = current.parent;
  }
  if (current?.takesStops !== true) return false;
  current.tookStop = true;
  return true;
}

/**
 * Whether a tool is started by the tool node of `createAgent`, which gives a refusal to the model as
 * the result of that call. Nothing else that runs tools can be relied on to: there a refusal would be
 * an error that ends the user's run.
 */
export function passesRefusalsOn(tool: Run): boolean {
  const node = tool.parent;
  return (
    node?.kind === "chain" &&
    node.name === "tools" &&
    node.parent?.steps?.has("model_request") === true
  );
}
