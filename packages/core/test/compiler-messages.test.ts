// Mistakes that the compiler finds: it names a short type, and the field that is wrong.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

const begin =
  'import { asRun, createBreaker, createRegistry, presets, useTool } from "../../src/index.ts"; const lane = createBreaker().agent(); ';

const mistakes: readonly (readonly [code: string, message: string])[] = [
  [
    'createRegistry({ preset: "strickt" })',
    `Type '"strickt"' is not assignable to type 'Preset | PresetName | undefined'. Did you mean '"strict"'?`,
  ],
  [
    "createRegistry({ preset: { ...presets.strict, pol: presets.strict.poll } })",
    "Object literal may only specify known properties, but 'pol' does not exist in type 'Preset'. Did you mean to write 'poll'?",
  ],
  [
    'createRegistry({ rules: { "no-progres": false } })',
    `Object literal may only specify known properties, and '"no-progres"' does not exist in type 'LadderChanges'.`,
  ],
  [
    "createRegistry({ tools: { search: { thresholds: { pol: false } } } })",
    "Object literal may only specify known properties, but 'pol' does not exist in type 'LadderChanges'. Did you mean to write 'poll'?",
  ],
  [
    'createRegistry({ tools: { build_status: "polling" } })',
    "Type 'string' has no properties in common with type 'ToolOptions'.",
  ],
  [
    'await lane.admit([{ kind: "tool", tool: "search", input: {} }])',
    "Object literal may only specify known properties, and 'input' does not exist in type 'ToolCall'.",
  ],
  [
    'lane.admitSync([{ kind: "model" }, { kind: "tool", name: "search" }])',
    "Object literal may only specify known properties, and 'name' does not exist in type 'ToolCall'.",
  ],
  [
    'await lane.run({ kind: "tool", tool: "search", input: {} }, () => "")',
    "Object literal may only specify known properties, and 'input' does not exist in type 'ToolCall'.",
  ],
  [
    "await asRun(createRegistry(), async (agent) => agent.run)",
    "Property 'run' does not exist on type 'LoopAgent'.",
  ],
  [
    'await useTool("researcher", { kind: "tool", tool: "search" }, () => "")',
    "Argument of type 'string' is not assignable to parameter of type 'LoopAgent'.",
  ],
];

const folder = join(import.meta.dirname, ".snippets");
const errors = new Map<number, string>();

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [index, [code]] of mistakes.entries()) {
    writeFileSync(join(folder, `${index}.ts`), begin + code);
  }
  const config = { extends: "../../../../tsconfig.base.json", include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(import.meta.dirname, "../../../node_modules/.bin/tsc");
  const shell = process.platform === "win32";
  const { stdout } = spawnSync(tsc, ["--pretty", "false", "-p", folder], {
    encoding: "utf8",
    shell,
  });
  for (const [, index, message] of stdout.matchAll(
    /^.*?(\d+)\.ts\(\d+,\d+\): error TS\d+: (.*)$/gm,
  )) {
    errors.set(Number(index), message!);
  }
}, 60_000);

test.for(mistakes.map(([code, message], index) => ({ code, message, index })))(
  "$code",
  ({ message, index }) => expect(errors.get(index)).toBe(message),
);
