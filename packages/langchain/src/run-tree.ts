import type { BreakerSource, Lane, Usage } from "@guard/core";
import { isRegistry, setBounded } from "@guard/core/adapter";
import { Handoffs } from "./handoffs.ts";
import { Root } from "./root.ts";

/** One run of LangChain's: a chain, a model or a tool. */
export class Run {
  readonly id: string;
  readonly parent: Run | undefined;
  readonly root: Root;
  /** Whose line of work it belongs to. */
  readonly speaker: Speaker;
  readonly kind: "chain" | "model" | "tool";
  readonly name: string;
  /** Whether it is a classic executor: an agent whose work is told by its actions. */
  readonly isExecutor: boolean;
  /** Names of the runs that were started directly below it; unset before the first. */
  steps: Set<string> | undefined;
  /** What was done about its start and its end. */
  readonly done: { start?: Promise<void>; end?: Promise<void> } = {};
  /** Whether answers that stop the run are kept here: a human is asked before the next model call. */
  keepsAnswers = false;
  /** The interrupt by which a human is asked. */
  question: Error | undefined;
  /** How often a human was asked. */
  questions = 0;
  /** What the parts of a model's answer have said of their usage so far; unset before the first. */
  said: Usage | undefined;
  #lane: Lane | undefined;

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

  get lane(): Lane {
    return (this.#lane ??= this.root.lane(this.speaker.agent, this.speaker.id));
  }
}

/** An agent by name, and what tells its lanes apart. */
interface Speaker {
  readonly agent: string;
  readonly id: string;
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
 * Runs that are kept, the oldest go. They are kept when they have ended, because a branch may go on in
 * the background after its root, and must find the latch of that root.
 */
const maxRuns = 20_000;

/** Follows LangChain's runs from parent to child, and finds the breaker and the lane of each. */
export class RunTree {
  readonly #source: BreakerSource;
  readonly #handoffs: Handoffs;
  readonly #learns: boolean;
  readonly #runs = new Map<string, Run>();

  /** @param learns whether a tool inside which an agent has run is known to hand work to it */
  constructor(source: BreakerSource, handoffs: Handoffs = new Handoffs(), learns = true) {
    this.#source = source;
    this.#handoffs = handoffs;
    this.#learns = learns;
  }

  get(id: string): Run | undefined {
    return this.#runs.get(id);
  }

  /**
   * The run of a model node of whose root nobody tells. That root is never heard to end: a breaker of its
   * own goes with it, a breaker that others share doesn't wait for it.
   */
  adopt(root: string, node: string, metadata: Started["metadata"]): Run {
    const known = this.#runs.get(root);
    if (known === undefined) {
      const agent = metadata?.["lc_agent_name"];
      const name = typeof agent === "string" ? agent : "";
      const began = { id: root, parentId: undefined, kind: "chain", name, metadata } as const;
      this.start({ ...began, className: "CompiledStateGraph" }, false);
    }
    const began = { id: node, parentId: root, kind: "chain", name: "model_request" } as const;
    return this.start({ ...began, className: undefined, metadata });
  }

  /** The run of an event, made at its first mention. A run whose parent is unknown is a root. */
  start(started: Started, seesTools = true): Run {
    const known = this.#runs.get(started.id);
    if (known !== undefined) return known;
    const parent = started.parentId === undefined ? undefined : this.#runs.get(started.parentId);
    const name = started.name ?? started.className ?? "";
    const root = parent?.root ?? this.#root(started.id, seesTools);
    const speaker = speakerOf({ ...started, name }, parent);
    const caller = this.#learns ? callerOf(speaker, parent) : undefined;
    if (caller !== undefined) this.#handoffs.see(caller.name, speaker.agent);
    const run = new Run(started, name, parent, root, speaker);
    if (parent !== undefined) (parent.steps ??= new Set()).add(name);
    if (run.kind === "model") root.hearsModels = true;
    setBounded(this.#runs, run.id, run, maxRuns);
    return run;
  }

  #root(id: string, seesTools: boolean): Root {
    const root = new Root(this.#source, id, seesTools, this.#handoffs);
    if (!seesTools && !isRegistry(this.#source)) root.end();
    return root;
  }
}

/**
 * A lane is an agent by name, within the tool that called it or else within the root run: a second
 * visit to an agent of a swarm goes on in its lane, two parallel calls of a sub-agent have one each.
 * Agents are told by the graphs they run as; everything inside belongs to the nearest one.
 */
function speakerOf(started: Started & { name: string }, parent: Run | undefined): Speaker {
  const agent = agentOf(started, parent);
  if (parent === undefined) return { agent: agent ?? "agent", id: "" };
  if (parent.kind === "tool") return { agent: agent ?? parent.speaker.agent, id: parent.id };
  if (agent === undefined || agent === parent.speaker.agent) return parent.speaker;
  return { agent, id: enclosingTool(parent)?.id ?? "" };
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
