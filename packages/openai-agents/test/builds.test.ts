// The SDK's other builds. CommonJS has classes of its own. The browser's build swallows what a listener throws.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const loader = join(root, "../../scripts/resolve-oldest.ts");
const loaders = process.env["GUARD_OLDEST"] === undefined ? [] : ["--import", loader];

/**
 * One line guards the SDK's own `run`: an agent that loops, agents that hand over in a circle, and an agent behind a tool
 * that loops. What each was stopped for, and its model calls.
 */
const script = `
  import { createRequire } from "node:module";
  import { createRegistry, findCircuitOpen } from "@guard/core";
  import { guardRunner } from "@guard/openai-agents";

  const require = createRequire(process.cwd() + "/package.json");
  const isCommonJs = process.env.BUILD === "CommonJS";
  const sdk = isCommonJs ? require("@openai/agents") : await import("@openai/agents");
  const { Agent, run, Runner, setTracingDisabled, Usage, tool } = sdk;
  setTracingDisabled(true);

  let calls = 0;
  const asking = (name) => {
    const asked = () => {
      calls += 1;
      const callId = "call_" + calls;
      return [{ type: "function_call", name, callId, arguments: "{}", status: "completed" }];
    };
    return { getResponse: async () => ({ output: asked(), usage: new Usage({ inputTokens: 1 }) }) };
  };
  const parameters = { type: "object", properties: {}, required: [], additionalProperties: true };
  const setup = { name: "search", description: "search", parameters, strict: false };
  const search = tool({ ...setup, execute: async () => "nothing" });

  const looping = new Agent({ name: "looping", model: asking("search"), tools: [search] });
  const a = new Agent({ name: "a", model: asking("transfer_to_b") });
  const b = new Agent({ name: "b", model: asking("transfer_to_a"), handoffs: [a] });
  a.handoffs = [b];

  const registry = createRegistry({ preset: "strict" });
  const inner = new Agent({ name: "inner", model: asking("search"), tools: [search] });
  const boss = new Agent({ name: "boss", model: asking("ask_inner") });
  const all = { type: "object", properties: {}, required: [], additionalProperties: true };
  boss.tools = [inner.asTool({ toolName: "ask_inner", parameters: all, inputBuilder: () => "Go." })];

  guardRunner(Runner, registry);
  const seen = [];
  for (const agent of [looping, a, boss]) {
    calls = 0;
    const stop = await run(agent, "Go.").then(() => undefined, findCircuitOpen);
    seen.push([stop?.reason, calls]);
  }
  console.log(JSON.stringify(seen));
`;

test.for([
  ["ES modules", []],
  ["CommonJS", []],
  ["browser", ["--conditions=browser"]],
] as const)(
  "%s: guard stops the same runs as in any other build",
  { timeout: 60_000 },
  async ([build, flags]) => {
    const args = [...loaders, ...flags, "--input-type=module", "--eval", script];
    const env = { ...process.env, BUILD: build };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(JSON.parse(stdout.trim().split("\n").at(-1)!)).toEqual([
      ["loop", 3],
      ["delegation", 5],
      ["loop", 4],
    ]);
  },
);
