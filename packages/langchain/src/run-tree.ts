import { LiveMap, Places, type Runs } from "@guard/core/adapter";
import { beginInside, endInside } from "./inside-tools.ts";
import { Run, type Root, type Started, type Ways } from "./run.ts";
import { callerOf, speakerOf } from "./speaker.ts";

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
