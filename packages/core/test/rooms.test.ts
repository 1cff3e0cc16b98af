import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

/** The rooms of core: each imports from itself and from those before it. */
const rooms = [
  "collections",
  "vocabulary",
  "ports",
  "signature",
  "store",
  "budget",
  "evidence",
  "rules",
  "machine",
  "options",
  "ledger",
  "run",
  "failure",
  "breaker",
  "record",
  "replay",
  "adapter",
];

const maxLines = 250;

interface Import {
  /** Where it stands, such as `run/state.ts:7`. */
  readonly at: string;
  readonly from: string;
  readonly to: string;
}

const src = join(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));
const textOf = new Map(files.map((file) => [file, readFileSync(join(src, file), "utf8")]));

/** Imports and re-exports of core's own files; those of types count. */
const imports: readonly Import[] = files.flatMap((file) =>
  Array.from(textOf.get(file)!.matchAll(/(?:\bfrom|\bimport\(?)\s*"(\.[^"]+)"/g), (match) => ({
    at: `${file}:${textOf.get(file)!.slice(0, match.index).split("\n").length}`,
    from: file,
    to: posix.join(posix.dirname(file), match[1]!),
  })),
);

/** A room's place in the order; the package's entry comes last. */
const placeOf = (file: string) =>
  file === "index.ts" ? rooms.length : rooms.indexOf(file.split("/")[0]!);

/** A way from a file back to itself along its imports. */
function circleFrom(start: string): readonly string[] | undefined {
  const seen = new Set<string>();
  const waiting: string[][] = [[start]];
  for (const way of waiting) {
    for (const { from, to } of imports) {
      if (from !== way.at(-1)) continue;
      if (to === start) return [...way, to];
      if (seen.has(to)) continue;
      seen.add(to);
      waiting.push([...way, to]);
    }
  }
  return undefined;
}

describe("core's files", () => {
  test("each stands in a room, and what it imports exists", () => {
    expect(imports.length).toBeGreaterThan(300);
    expect(files.filter((file) => placeOf(file) === -1)).toEqual([]);
    expect(imports.filter(({ to }) => !textOf.has(to))).toEqual([]);
  });

  test("a room imports only from the rooms before it", () => {
    const upward = imports.filter(({ from, to }) => placeOf(to) > placeOf(from));
    expect(upward.map(({ at, to }) => `${at} imports ${to}`)).toEqual([]);
  });

  test("no files import each other in a circle", () => {
    const circles = files.map((file) => circleFrom(file)?.join(" > ")).filter(Boolean);
    expect(circles).toEqual([]);
  });

  test(`none has more than ${maxLines} lines`, () => {
    const long = files.map(
      (file) => [file, textOf.get(file)!.trimEnd().split("\n").length] as const,
    );
    expect(long.filter(([, lines]) => lines > maxLines)).toEqual([]);
  });
});
