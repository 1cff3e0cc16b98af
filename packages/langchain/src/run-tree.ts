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
  /** The agent that the run belongs to. */
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

  get agent(): Agent {
    return (this.#agent ??= this.root.guarded.agent(this.speaker.agent, this.speaker.instance));
  }

  /** The error that stops the run; `undefined` if the run may go on. */
  get stop(): CircuitOpenError | undefined {
    return this.root.guarded.stop;
  }
}

/** An agent: its name, and a word that tells instances of that name apart. */
interface Speaker {
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

/**
 * Follows LangChain's runs from parent to child, and finds the agent of each run. All handlers and middlewares over one
 * source share a tree, so guard handles an event once if two of them hear it.
 *
 * The tree keeps ended runs for a while: a branch may go on in the background after its root, and must find the latch of
 * the root.
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

  /** The run of a model node whose root no handler hears. */
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

  /** The run of an event; begins the run if the tree does not know it. A run with an unknown parent is a root. */
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
    // If no handler hears a root, guard never hears its end either.
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
 * The agent of a run. The name of a graph is the name of an agent, and a run belongs to the nearest graph around it. guard
 * tells agents of one name apart by the tool that called them. Instances that run at once get a place each. An instance
 * that begins after another has ended takes the place of that one: its request tells whether it goes on with the same
 * conversation.
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

/** The tool that called an agent: the agent runs inside the tool, and no other agent is between the two. */
function callerOf(speaker: Speaker, parent: Run | undefined): Run | undefined {
  const tool = parent && enclosingTool(parent);
  const isFirst = parent?.speaker.agent === tool?.speaker.agent;
  return isFirst && speaker.agent !== tool?.speaker.agent ? tool : undefined;
}

/** LangGraph's name for a graph without a name. */
const unnamedGraph = "LangGraph";

/** The name of the agent that a graph is: the graph's own name, or the name of its node. */
function agentOf(started: Started & { name: string }, parent: Run | undefined): string | undefined {
  if (started.kind !== "chain" || started.className !== "CompiledStateGraph") return undefined;
  if (started.name !== unnamedGraph && started.name !== "") return started.name;
  const node = started.metadata?.["langgraph_node"];
  return parent !== undefined && node === parent.name ? parent.name : undefined;
}

/** The nearest tool around a run; the run itself if it is a tool. */
export function enclosingTool(run: Run): Run | undefined {
  let current: Run | undefined = run;
  while (current !== undefined && current.kind !== "tool") current = current.parent;
  return current;
}

/** Whether the node of this model keeps an answer that stops the run, to ask a human. */
export function isAnswerKept(model: Run): boolean {
  return nodeOf(model, ({ keepsAnswers }) => keepsAnswers) !== undefined;
}

/** Leaves an answer that stops the run to the middleware of the model's node. Returns whether there is a middleware. */
export function leaveStop(model: Run): boolean {
  const node = nodeOf(model, ({ takesStops }) => takesStops);
  if (node === undefined) return false;
  node.tookStop = true;
  return true;
}

/** The nearest such run around a model. A tool ends the search: what is outside of it belongs to another agent. */
function nodeOf(model: Run, fits: (run: Run) => boolean): Run | undefined {
  let current: Run | undefined = model;
  while (current !== undefined && !fits(current)) {
    current = current.kind === "tool" ? undefined : current.parent;
  }
  return current;
}

/**
 * Whether the tool node of `createAgent` starts this tool: the node passes a refusal on to the model, as the result of the
 * call. Anywhere else a refusal could be an error that ends the user's run.
 */
export function passesRefusalsOn(tool: Run): boolean {
  const node = tool.parent;
  return (
    node?.kind === "chain" &&
    node.name === "tools" &&
    node.parent?.steps?.has("model_request") === true
  );
}
