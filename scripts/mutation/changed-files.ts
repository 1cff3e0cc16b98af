/** Runs git. Returns what it prints, or `undefined` if it fails. */
export type Git = (...args: readonly string[]) => string | undefined;

/** The commit that the files are compared with, and its name for a reader. */
export interface Base {
  readonly commit: string;
  readonly name: string;
}

/**
 * The commit that changed files are compared with: the one that `wanted` names, else the commit at which this branch left
 * main, else the last tag, else the commit before. `undefined` if git knows none of them, as in a shallow clone.
 *
 * @throws {Error} if git does not know `wanted`
 */
export function baseOf(git: Git, wanted?: string): Base | undefined {
  if (wanted !== undefined) {
    const commit = git("merge-base", "HEAD", wanted) ?? commitOf(git, wanted);
    if (commit === undefined) throw new Error(`GUARD_BASE: git knows no commit "${wanted}"`);
    return { commit, name: `GUARD_BASE (${wanted})` };
  }
  const head = commitOf(git, "HEAD");
  for (const branch of ["origin/main", "main"]) {
    const commit = git("merge-base", "HEAD", branch);
    if (commit !== undefined && commit !== head)
      return { commit, name: `where ${branch} was left` };
  }
  const tag = git("describe", "--tags", "--abbrev=0", "HEAD^");
  const tagged = tag === undefined ? undefined : commitOf(git, tag);
  if (tagged !== undefined) return { commit: tagged, name: `the tag ${tag}` };
  const before = commitOf(git, "HEAD^");
  return before === undefined ? undefined : { commit: before, name: "the commit before" };
}

/** The files that differ from the base, also those that are not committed yet. Deleted files are left out. */
export function changedSince(git: Git, { commit }: Base): readonly string[] {
  const changed = git("diff", "--name-only", "--diff-filter=d", commit);
  if (changed === undefined) throw new Error(`git can't compare the files with ${commit}`);
  const added = git("ls-files", "--others", "--exclude-standard") ?? "";
  return [...changed.split("\n"), ...added.split("\n")].filter((file) => file !== "");
}

function commitOf(git: Git, name: string): string | undefined {
  return git("rev-parse", "--verify", "--quiet", `${name}^{commit}`);
}
