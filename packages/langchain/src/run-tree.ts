import type { Breaker, CircuitOpenError, Lane, Usage } from "@guard/core";
import { setBounded, startRun, type BreakerSource } from "@guard/core/adapter";
import { exitsOf } from "./exits.ts";
import { Requests } from "./requests.ts";

/** One root run: everything below one `invoke`, under one breaker. */
export interface Root {
  readonly breaker: Breaker;
  readonly requests: Requests;
  readonly lanes: Map<string, Lane>;
  /** The error with which a call of this run was refused: it must reach whoever started the run. */
  stopped: CircuitOpenError | undefined;
  /** Whether a middleware has made an answer of that error: then it need not reach anybody. */
  answered: boolean;
  /** Whether a middleware of this run answers trips. */
  answersTrips: boolean;
  /** How far the one call is that may turn what is there into an answer. */
  windDown: "unused" | "under way" | "used";
  /** Whether the tools of this run tell guard that they start. */
  readonly seesTools: boolean;
  /** What a lane's model is to read along with the results of its latest round. */
  readonly notes: WeakMap<Lane, readonly string[]>;
  /** The answers that models have given, as objects: what else comes back was made by somebody. */
  readonly given: WeakSet<object>;
  /** The latest user message of the latest request and how many it held, by agent. */
  readonly heard: Map<string, { readonly text: string; readonly count: number }>;
  /** Whether the root run is over; a branch may go on in the background. */
  ended: boolean;
  readonly end: () => void;
}

/** One run of LangChain's: a chain, a model or a tool. */
export interface Run {
  readonly id: string;
  readonly parent: Run | undefined;
  readonly root: Root;
  readonly lane: Lane;
  readonly kind: "chain" | "model" | "tool";
  readonly name: string;
  /** Names of the runs that were started directly below it. */
  readonly steps: Set<string>;
  /** What was done about each event of this run. */
  readonly done: Map<string, Promise<void>>;
  /** What the parts of a model's answer have said of their usage so far; unset before the first. */
  said: Usage | undefined;
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
  readonly #runs = new Map<string, Run>();

  constructor(source: BreakerSource) {
    this.#source = source;
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
    const run: Run = {
      id: started.id,
      parent,
      root,
      lane: laneOf({ ...started, name }, parent, root),
      kind: started.kind,
      name,
      steps: new Set(),
      done: new Map(),
      said: undefined,
    };
    parent?.steps.add(name);
    setBounded(this.#runs, run.id, run, maxRuns);
    return run;
  }

  #root(id: string, seesTools: boolean): Root {
    const { breaker, end } = startRun(this.#source, id, exitsOf(this.#source));
    const isOwn = "breaker" in this.#source;
    if (!seesTools && !isOwn) end();
    return {
      breaker,
      requests: new Requests(),
      lanes: new Map(),
      stopped: undefined,
      answered: false,
      answersTrips: false,
      windDown: "unused",
      seesTools,
      notes: new WeakMap(),
      given: new WeakSet(),
      heard: new Map(),
      ended: false,
      end,
    };
  }
}

/**
 * A lane is an agent by name, within the tool that called it or else within the root run: a second
 * visit to an agent of a swarm goes on in its lane, two parallel calls of a sub-agent have one each.
 * Agents are told by the graphs they run as; everything inside belongs to the nearest one.
 */
function laneOf(started: Started & { name: string }, parent: Run | undefined, root: Root): Lane {
  const agent = agentOf(started, parent);
  if (parent === undefined) return lane(root, agent ?? "agent");
  const tool = enclosingTool(parent);
  if (parent.kind === "tool") return lane(root, agent ?? parent.lane.agent, parent.id);
  if (agent === undefined || agent === parent.lane.agent) return parent.lane;
  return lane(root, agent, tool?.id);
}

const maxLanes = 1_000;

/** A lane of a root run, always as the same object. */
function lane({ breaker, lanes }: Root, agent: string, id = ""): Lane {
  const key = `${agent}\n${id}`;
  const found = lanes.get(key) ?? breaker.agent(agent, id);
  setBounded(lanes, key, found, maxLanes);
  return found;
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
    node.parent?.steps.has("model_request") === true
  );
}
