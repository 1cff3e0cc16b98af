// Tools that run on the user's machine: a shell, an editor, a computer. Tools that the provider runs are over when guard sees them.
import { createRegistry, type GuardOptions } from "@guard/core";
import {
  Agent,
  applyPatchTool,
  computerTool,
  Runner,
  shellTool,
  Usage,
  type AgentInputItem,
  type Computer,
  type Model,
  type ModelRequest,
  type Tool,
} from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { bare, searchTool } from "./support/agents.ts";

const used = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };

/** A model that asks for what it is told to, in the words of the SDK. */
function modelOf(next: (turn: number) => object[]) {
  const requests: ModelRequest[] = [];
  const model: Model = {
    getResponse: async (request) => {
      requests.push(request);
      return { output: next(requests.length) as never, usage: new Usage(used) };
    },
    getStreamedResponse: () => {
      throw new Error("not here");
    },
  };
  return { model, requests };
}

const text = (said: string) => ({
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: said }],
});

/** A computer of a class, with private fields. */
class Screen {
  readonly environment = "browser";
  readonly dimensions: [number, number] = [100, 100];
  readonly #ran: unknown[];
  constructor(ran: unknown[]) {
    this.#ran = ran;
  }
  async click(x: number) {
    this.#ran.push(x);
  }
  async screenshot() {
    return "AAAA";
  }
  async doubleClick() {}
  async drag() {}
  async keypress() {}
  async move() {}
  async scroll() {}
  async type() {}
  async wait() {}
}

/** The calls of the tools, by their ids. */
const shellCall = (callId: string) => ({
  type: "shell_call",
  callId,
  status: "completed",
  action: { commands: ["ls"] },
});
const patchCall = (callId: string) => ({
  type: "apply_patch_call",
  callId,
  status: "completed",
  operation: { type: "update_file", path: "a.txt", diff: "+a" },
});
const computerCall = (callId: string) => ({
  type: "computer_call",
  callId,
  status: "completed",
  action: { type: "click", x: 1, y: 1, button: "left" },
});
const hosted = (id: string): AgentInputItem => ({
  type: "hosted_tool_call",
  id,
  name: "web_search_call",
  status: "completed",
  providerData: { type: "web_search_call", action: { type: "search", query: "port" } },
});

/** A tool of each kind, with what has run, and the call of it. */
const kinds = {
  shell: () => {
    const ran: unknown[] = [];
    const run = async (action: unknown) => {
      ran.push(action);
      const outcome = { type: "exit" as const, exitCode: 0 };
      return { output: [{ stdout: "ok", stderr: "", outcome }] };
    };
    const tool: Tool = shellTool({ shell: { run } });
    return { tool, ran, call: shellCall };
  },
  apply_patch: () => {
    const ran: unknown[] = [];
    const edit = async (operation: unknown) => {
      ran.push(operation);
      return { status: "completed" as const, output: "ok" };
    };
    const editor = { createFile: edit, updateFile: edit, deleteFile: edit };
    const tool: Tool = applyPatchTool({ editor });
    return { tool, ran, call: patchCall };
  },
  computer: () => {
    const ran: unknown[] = [];
    const tool: Tool = computerTool({ computer: new Screen(ran) as Computer });
    return { tool, ran, call: computerCall };
  },
  "a computer that is made for each run": () => {
    const ran: unknown[] = [];
    const tool: Tool = computerTool({ computer: async () => new Screen(ran) as Computer });
    return { tool, ran, call: computerCall };
  },
} as const;
const kindNames = [
  "shell",
  "apply_patch",
  "computer",
  "a computer that is made for each run",
] as const;

const guardedRunner = (options: GuardOptions) =>
  guardRunner(new Runner(bare), createRegistry(options));

describe.for(kindNames)("%s", (kind) => {
  test("works as it does without guard", async () => {
    const { tool, ran, call } = kinds[kind]();
    const { model } = modelOf((turn) => (turn === 1 ? [call("a")] : [text("done")]));
    const agent = new Agent({ name: "a", model, tools: [tool] });
    const { finalOutput } = await guardedRunner({}).run(agent, "Go.");
    expect([finalOutput, ran.length]).toEqual(["done", 1]);
    const plain = await new Runner(bare).run(agent, "Go.");
    expect(plain.finalOutput).toBe("done");
  });

  test.for(["throw", "finish"] as const)("does not run after a trip (%s)", async (onTrip) => {
    const { tool, ran, call } = kinds[kind]();
    const registry = createRegistry({ onTrip });
    const stopping = searchTool();
    stopping.search.invoke = async () => {
      registry.stop({}, { by: "ops", why: "incident" });
      return "stopped";
    };
    const asksBoth = [
      {
        type: "function_call",
        callId: "f",
        name: "search",
        arguments: '{"q":"a"}',
        status: "completed",
      },
      call("a"),
    ];
    const { model, requests } = modelOf(() => asksBoth);
    const agent = new Agent({ name: "a", model, tools: [stopping.search, tool] });
    const { result, stop } = await ending(() =>
      guardRunner(new Runner(bare), registry).run(agent, "Go."),
    );
    // A computer moves while function tools run.
    if (!kind.includes("computer")) expect(ran).toEqual([]);
    expect(requests.length).toBe(1);
    if (onTrip === "throw") expect(stop?.reason).toBe("manual");
    else expect(result?.finalOutput).toContain("an operator stopped it");
  });

  test("guard stops a loop of it, and then it does not run any more", async () => {
    const { tool, ran, call } = kinds[kind]();
    const { model, requests } = modelOf((turn) => [call(`c${turn}`)]);
    const agent = new Agent({ name: "a", model, tools: [tool] });
    const { stop } = await ending(() => guardedRunner({ preset: "strict" }).run(agent, "Go."));
    expect([stop?.reason, requests.length, ran.length]).toEqual(["loop", 3, 2]);
  });
});

test.for(["shell", "apply_patch"] as const)(
  "%s: the model reads a note below the result, then a refusal in place of it, and the call does not run",
  async (kind) => {
    const { tool, ran, call } = kinds[kind]();
    const { model, requests } = modelOf((turn) => [call(`c${turn}`)]);
    const agent = new Agent({ name: "a", model, tools: [tool] });
    const registry = createRegistry();
    const events = listen(registry);
    await ending(() => guardRunner(new Runner(bare), registry).run(agent, "Go."));
    expect([requests.length, ran.length]).toEqual([6, 3]);
    expect(JSON.stringify(requests[2]?.input)).not.toContain("Note:");
    expect(JSON.stringify(requests[3]?.input)).toContain("Note: ");
    expect(JSON.stringify(requests[4]?.input)).toContain("Refused, not executed");
    expect(events.filter(({ type }) => type === "block").length).toBe(2);
  },
);

test("computer: guard can't refuse a call, so it runs and counts as refused", async () => {
  const { tool, ran, call } = kinds.computer();
  const { model, requests } = modelOf((turn) => [call(`c${turn}`)]);
  const agent = new Agent({ name: "a", model, tools: [tool] });
  const { stop } = await ending(() => guardedRunner({}).run(agent, "Go."));
  expect([stop?.reason, requests.length, ran.length]).toEqual(["loop", 6, 5]);
});

test("guard tells two equal shell calls of one answer apart by their ids", async () => {
  const { tool, ran, call } = kinds.shell();
  const { model } = modelOf((turn) => (turn === 1 ? [call("a"), call("b")] : [text("done")]));
  const agent = new Agent({ name: "a", model, tools: [tool] });
  const { finalOutput } = await guardedRunner({ budget: { toolCalls: 2 } }).run(agent, "Go.");
  expect([finalOutput, ran.length]).toEqual(["done", 2]);
});

test("guard books tools that the provider runs, and does not judge them", async () => {
  const { search } = searchTool();
  const { model, requests } = modelOf((turn) =>
    turn < 6
      ? [
          hosted(`h${turn}`),
          {
            type: "function_call",
            callId: `f${turn}`,
            name: "search",
            arguments: `{"q":"${turn}"}`,
            status: "completed",
          },
        ]
      : [text("done")],
  );
  const agent = new Agent({ name: "a", model, tools: [search] });
  const { finalOutput } = await guardedRunner({ preset: "strict" }).run(agent, "Go.");
  expect([finalOutput, requests.length]).toEqual(["done", 6]);
});
