import { describe, expect, test } from "vitest";
import { Handoffs, type HandoffOptions } from "../../src/adapter/handoffs.ts";
import { OptionsError } from "../../src/vocabulary/errors.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";

const call = (tool: string): ToolCall => ({
  kind: "tool",
  id: "call_1",
  tool,
  args: { q: "the port" },
});

test("an unknown tool stays a tool call", () => {
  const search = call("search");
  expect(new Handoffs().toCall(search)).toBe(search);
});

describe("a tool that hands work over", () => {
  test("is known once an agent has run inside it", () => {
    const handoffs = new Handoffs();
    handoffs.seeInside("ask_research", "researcher");
    expect(handoffs.toCall(call("ask_research"))).toEqual({
      kind: "delegation",
      id: "call_1",
      to: "researcher",
      task: { q: "the port" },
    });
  });

  test("is known by its name, as supervisors and swarms write it", () => {
    const handoffs = new Handoffs({ agents: ["Port Finder"] });
    expect(handoffs.toCall(call("transfer_to_port_finder"))).toMatchObject({
      kind: "delegation",
      to: "Port Finder",
    });
    expect(handoffs.toCall(call("transfer_money"))).toMatchObject({ kind: "tool" });
  });

  test("stands for its agents if several have run inside it", () => {
    const handoffs = new Handoffs();
    for (const agent of ["one", "two", "one"]) handoffs.seeInside("team", agent);
    expect(handoffs.toCall(call("team"))).toMatchObject({ to: "team" });
  });

  test("is the hand-off of the user's function, with the agent's name as others write it", () => {
    const options: HandoffOptions = {
      agents: ["Port Finder"],
      handoff: ({ tool }) =>
        tool.startsWith("transfer_to_") ? { to: tool.slice("transfer_to_".length) } : undefined,
    };
    const handoffs = new Handoffs(options);
    expect(handoffs.toCall(call("transfer_to_port_finder"))).toMatchObject({ to: "Port Finder" });
    expect(handoffs.toCall(call("search"))).toMatchObject({ kind: "tool" });
  });
});

/** The task that a hand-off with these arguments gives. */
const taskOf = (args: unknown, lastSaid?: string) => {
  const handoffs = new Handoffs({ handoff: () => ({ to: "b" }) });
  return Reflect.get(handoffs.toCall({ ...call("transfer"), args }, lastSaid), "task") as unknown;
};

describe("the task", () => {
  test.for([undefined, null, {}, "", "{}", '{"input":""}'])(
    "%j says nothing: what was said last",
    (args) => {
      expect(taskOf(args, "Find the port.")).toBe("Find the port.");
    },
  );

  test("is in the arguments, where these say something", () => {
    expect(taskOf({ task: "Find it." }, "Find the port.")).toEqual({ task: "Find it." });
  });

  test("is the hand-off of the user's function", () => {
    const handoffs = new Handoffs({ handoff: () => ({ to: "b", task: "Find it." }) });
    expect(handoffs.toCall(call("transfer"))).toMatchObject({ task: "Find it." });
  });
});

test("guard names all bad options at once", () => {
  const bad = { handoff: "transfer", agents: "b" } as unknown as HandoffOptions;
  expect(() => new Handoffs(bad)).toThrow(OptionsError);
  expect(() => new Handoffs(bad)).toThrow(
    /handoff: expected a function, received "transfer"[\s\S]*agents: expected a list of names/,
  );
});
