import type { BreakerSource } from "@guard/core";
import type { RunTree } from "./run-tree.ts";

interface Followed {
  readonly source: BreakerSource;
  readonly tree: RunTree;
}

/** What each handler follows. Kept beside the handlers: nobody but the middleware needs it. */
const followed = new WeakMap<object, Followed>();

export function keepTree(handler: object, source: BreakerSource, tree: RunTree): void {
  followed.set(handler, { source, tree });
}

export function treeOf(handler: object): RunTree {
  return followed.get(handler)!.tree;
}

/** What the first of these handlers follows that guards for the same source. */
export function findTree(handlers: readonly object[], source: BreakerSource): RunTree | undefined {
  for (const handler of handlers) {
    const found = followed.get(handler);
    if (found?.source === source) return found.tree;
  }
  return undefined;
}
