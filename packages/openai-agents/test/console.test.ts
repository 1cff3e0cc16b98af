// A refusal or a trip prints nothing. Only lines of guard's own may stand on the console.
import { createRegistry, type OnTrip } from "@guard/core";
import {
  Agent,
  applyPatchTool,
  computerTool,
  Runner,
  shellTool,
  type Computer,
  type Tool,
} from "@openai/agents";
import { ending } from "guard-test-support";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { guardRunner } from "../src/index.ts";
import { bare, looping, searchTool, wayNames, ways } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

/** All that is printed from now on. */
function printed(): readonly string[] {
  const lines: string[] = [];
  const keep = (...parts: readonly unknown[]) => {
    lines.push(parts.map(String).join(" "));
    return true;
  };
  for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
    const spy = vi.spyOn(console, method).mockImplementation(keep);
    onTestFinished(() => spy.mockRestore());
  }
  for (const stream of [process.stdout, process.stderr]) {
    const spy = vi.spyOn(stream, "write").mockImplementation(keep);
    onTestFinished(() => spy.mockRestore());
  }
  return lines;
}

const screen = {
  environment: "browser",
  dimensions: [100, 100],
  screenshot: async () => "AAAA",
  ...Object.fromEntries(
    "click doubleClick drag keypress move scroll type wait"
      .split(" ")
      .map((name) => [name, async () => {}]),
  ),
} as unknown as Computer;
const exited = { output: [{ stdout: "ok", stderr: "", outcome: { type: "exit", exitCode: 0 } }] };
const edited = { status: "completed", output: "ok" } as const;
const edit = async () => edited;

type Item = Extract<ReturnType<Parameters<typeof scriptedModel>[0]>, readonly unknown[]>[number];

/** A tool of each kind, and a call of it. */
const kinds: Readonly<Record<string, { readonly tool: Tool; readonly call: object }>> = {
  "a shell": {
    tool: shellTool({ shell: { run: async () => exited as never } }),
    call: { type: "shell_call", action: { commands: ["ls"] } },
  },
  "an editor": {
    tool: applyPatchTool({ editor: { createFile: edit, updateFile: edit, deleteFile: edit } }),
    call: { type: "apply_patch_call", operation: { type: "update_file", path: "a", diff: "+a" } },
  },
  "a computer": {
    tool: computerTool({ computer: screen }),
    call: { type: "computer_call", action: { type: "click", x: 1, y: 1, button: "left" } },
  },
};

const agents: Readonly<Record<string, () => Agent>> = {
  "an agent that loops": () => looping().agent,
  "an agent behind a tool that loops": () => {
    const { model } = scriptedModel(() => [{ name: "looping", args: { input: "Find it." } }]);
    return new Agent({ name: "outer", model, tools: [looping().agent.asTool({})] });
  },
  "agents that hand over in a circle": () => {
    const a = new Agent({
      name: "a",
      model: scriptedModel(() => [{ name: "transfer_to_b" }]).model,
    });
    const b = new Agent({
      name: "b",
      model: scriptedModel(() => [{ name: "transfer_to_a" }]).model,
    });
    a.handoffs = [b];
    b.handoffs = [a];
    return a;
  },
  ...Object.fromEntries(
    Object.entries(kinds).map(([name, { tool, call }]) => [
      `${name} in a loop`,
      () => {
        const { model } = scriptedModel((turn) => [
          { ...call, callId: `call_${turn}`, status: "completed" } as Item,
        ]);
        return new Agent({ name: "local", model, tools: [tool] });
      },
    ]),
  ),
  "an agent that is out of budget": () => {
    const { search } = searchTool();
    const { model } = scriptedModel((turn) => [{ name: "search", args: { q: `${turn}` } }]);
    return new Agent({ name: "budget", model, tools: [search] });
  },
};

const exits = ["throw", "finish", "wind-down", "ask"] as const satisfies readonly OnTrip[];

describe.for(Object.keys(agents))("%s", (name) => {
  describe.for(wayNames)("%s", (way) => {
    test.for(exits)("onTrip %s prints nothing", async (onTrip) => {
      const runner = guardRunner(
        new Runner(bare),
        createRegistry({ onTrip, budget: { modelCalls: 12 } }),
      );
      const lines = printed();
      const { result, stop } = await ending(() => ways[way](runner, agents[name]!()));
      expect(lines).toEqual([]);
      expect(stop === undefined && result === undefined).toBe(false);
    });
  });
});
