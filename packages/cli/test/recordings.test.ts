import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { cli, files, looping } from "./support/cli.ts";

/** A line as `recordTo` writes it. */
const line = (id: string, q: number, recorder = "a") =>
  `${JSON.stringify({ id, recorder, event: { type: "tool", tool: "search", args: { q } } })}\n`;
const end = (id: string, recorder = "a") => `${JSON.stringify({ id, recorder, ended: true })}\n`;

/** The id of each run and its number of calls. */
async function replayed(...paths: readonly string[]) {
  const { code, out, err } = await cli("replay", "--json", ...paths);
  const results = out.split("\n").filter(Boolean);
  const runs = results.map((result) => JSON.parse(result) as { id: string; calls: number });
  return { code, err, runs: runs.map(({ id, calls }) => `${id} ${calls}`) };
}

describe("lines of the recorder", () => {
  test.each<[what: string, contents: Record<string, string>, runs: readonly string[]]>([
    [
      "runs that were live at the same time",
      { a: [line("r1", 1), line("r2", 1), line("r1", 2), end("r1"), line("r2", 2)].join("") },
      ["r1 2", "r2 2"],
    ],
    ["a run over two files", { a: line("r1", 1), b: line("r1", 2) + end("r1") }, ["r1 2"]],
    [
      "a name that was used again",
      { a: line("r1", 1) + end("r1") + line("r1", 2) + end("r1") },
      ["r1 1", "r1 1"],
    ],
    ["two recorders", { a: line("r1", 1, "a") + line("r1", 2, "b") }, ["r1 1", "r1 1"]],
    ["whole runs beside them", { a: `${line("r1", 1)}${looping("r2", 3)}\n` }, ["r2 3", "r1 1"]],
    ["a run without events", { a: line("r1", 1) + end("r1") + end("r2") }, ["r1 1"]],
  ])("%s", async (_, contents, runs) => {
    expect(await replayed(...files(contents))).toEqual({ code: 0, err: "", runs });
  });

  test.each([
    ['{"id":"r1","event":{"type":"tol"}}', "event.type: expected an event of type"],
    ['{"id":"r1","event":7}', "event: expected an event of type"],
    ['{"event":{"type":"user"}}', "id: is missing"],
  ])("a wrong one is named: %s", async (wrong, fault) => {
    const [file = ""] = files({ a: `${wrong}\n${line("r2", 1)}` });
    const { code, err, runs } = await replayed(file);
    expect({ code, runs }).toEqual({ code: 2, runs: ["r2 1"] });
    expect(err).toContain(`${file}:1: ${fault}`);
  });
});

describe("gzip files with many members", () => {
  const members = Array.from({ length: 400 }, (_, index) => gzipSync(line("r1", index)));

  test("are read whole", async () => {
    const [file = ""] = files({ "a.gz": Buffer.concat(members) });
    expect(await replayed(file)).toEqual({ code: 0, err: "", runs: ["r1 400"] });
  });

  test.each([5, 20, 60])("lose only the member that ends after %i bytes", async (bytes) => {
    const torn = members[7]!.subarray(0, bytes);
    const rest = Buffer.concat([...members.slice(0, 7), torn, ...members.slice(8)]);
    const [file = ""] = files({ "a.gz": rest });
    const { code, err, runs } = await replayed(file);
    expect(code).toBe(2);
    expect(err).toContain(`${file}: a part is damaged`);
    expect(runs).toEqual(["r1 399"]);
  });

  test("a large member is read in pieces", async () => {
    const noise = Array.from({ length: 20_000 }, (_, index) => line("r1", Math.sin(index)));
    const [file = ""] = files({ "a.gz": Buffer.concat([gzipSync(noise.join("")), members[0]!]) });
    expect(await replayed(file)).toEqual({ code: 0, err: "", runs: ["r1 20001"] });
  });
});
