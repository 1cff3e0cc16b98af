import { describe, expect, test } from "vitest";
import { baseOf, changedSince, type Git } from "./changed-files.ts";

/** A git that knows these answers and no others. */
const gitWith =
  (answers: Readonly<Record<string, string>>): Git =>
  (...args) =>
    answers[args.join(" ")];

const commit = (name: string, id: string) => ({
  [`rev-parse --verify --quiet ${name}^{commit}`]: id,
});
const head = commit("HEAD", "h");
const parent = commit("HEAD^", "p");
const atMain = { "merge-base HEAD origin/main": "h", "merge-base HEAD main": "h" };

describe("changed files are compared with", () => {
  test.each<
    [
      name: string,
      answers: Readonly<Record<string, string>>,
      wanted: string | undefined,
      base: object | undefined,
    ]
  >([
    [
      "the commit at which the branch left main",
      { ...head, ...parent, "merge-base HEAD origin/main": "m" },
      undefined,
      { commit: "m", name: "where origin/main was left" },
    ],
    [
      "the local main, if there is no other",
      { ...head, ...parent, "merge-base HEAD main": "m" },
      undefined,
      { commit: "m", name: "where main was left" },
    ],
    [
      "the last tag, on main itself",
      {
        ...head,
        ...parent,
        ...atMain,
        "describe --tags --abbrev=0 HEAD^": "v1",
        ...commit("v1", "t"),
      },
      undefined,
      { commit: "t", name: "the tag v1" },
    ],
    [
      "the commit before, on a main without tags",
      { ...head, ...parent, ...atMain },
      undefined,
      { commit: "p", name: "the commit before" },
    ],
    ["nothing, in a clone of one commit", { ...head, ...atMain }, undefined, undefined],
    ["nothing, without git", {}, undefined, undefined],
    [
      "what GUARD_BASE names, where the branch left it",
      { ...head, "merge-base HEAD next": "n" },
      "next",
      { commit: "n", name: "GUARD_BASE (next)" },
    ],
    [
      "the commit of GUARD_BASE itself, if a shallow clone has no common one",
      { ...head, ...commit("next", "n") },
      "next",
      { commit: "n", name: "GUARD_BASE (next)" },
    ],
  ])("%s", (_, answers, wanted, base) => {
    expect(baseOf(gitWith(answers), wanted)).toEqual(base);
  });

  test("a GUARD_BASE that git does not know is an error, and not taken for no change", () => {
    expect(() => baseOf(gitWith(head), "nxet")).toThrow('GUARD_BASE: git knows no commit "nxet"');
  });
});

test("files that are not committed yet are changed files", () => {
  const git = gitWith({
    "diff --name-only --diff-filter=d b": "a.ts\nb.ts",
    "ls-files --others --exclude-standard": "new.ts",
  });
  expect(changedSince(git, { commit: "b", name: "b" })).toEqual(["a.ts", "b.ts", "new.ts"]);
  expect(() => changedSince(gitWith({}), { commit: "b", name: "b" })).toThrow("can't compare");
});
