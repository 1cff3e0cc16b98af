// Which agent a request goes on with, where nothing reports runs and a function finds their breakers.
import { describe, expect, test } from "vitest";
import { LatestAnswers, runsOf, type Agent } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";
import { manualClock } from "../support/clock.ts";

const call = (id: string, args: unknown = { q: "a" }): ToolCall => ({
  kind: "tool",
  id,
  tool: "use",
  args,
});
const users = ["Find the port."];

/** Agents of runs with a breaker each, and what a function gives. */
function setUp() {
  const clock = manualClock();
  const told: string[] = [];
  const newAgent = () => {
    const breaker = createBreaker({ ports: { clock }, warnings: false });
    breaker.on("breaker-per-call", ({ run, advice }) => void told.push(`${run}: ${advice}`));
    return runsOf(breaker).run(breaker.id, { isReported: false }).agent("a");
  };
  const [ann, ben, fresh] = [newAgent(), newAgent(), newAgent()];
  let given: Agent = fresh;
  const answers = new LatestAnswers(() => given, "Give one.");
  const gives = (agent: Agent) => {
    given = agent;
    return answers;
  };
  return { ann, ben, fresh, answers, gives, clock, told };
}

describe("a request", () => {
  test("without calls goes on with the given agent", () => {
    const { fresh, ann, answers, told } = setUp();
    answers.note(ann, { calls: [call("1")], users });
    expect(answers.ofRequest({ calls: [], users })).toBe(fresh);
    expect(told).toEqual([]);
  });

  test("goes on with the agent that has asked for its calls, and reports the mistake once", () => {
    const { ann, ben, answers, told } = setUp();
    answers.note(ann, { calls: [call("1"), call("2")], users });
    answers.note(ben, { calls: [call("3")], users });
    expect(answers.ofRequest({ calls: [call("2", '{"q":"a"}')], users })).toBe(ann);
    expect(answers.ofRequest({ calls: [call("3")], users })).toBe(ben);
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(ann);
    expect(told).toEqual([ann, ben].map(({ run }) => `${run.id}: Give one.`));
  });

  test("goes on with the given agent where it has asked for them, even if another has too", () => {
    const { ann, ben, answers, gives, told } = setUp();
    for (const agent of [ann, ben]) answers.note(agent, { calls: [call("1")], users });
    expect(gives(ben).ofRequest({ calls: [call("1")], users })).toBe(ben);
    expect(gives(ann).ofRequest({ calls: [call("1")], users })).toBe(ann);
    expect(told).toEqual([]);
  });

  test.for<readonly [string, ToolCall, readonly string[]]>([
    ["another id", call("2"), users],
    ["another tool", { ...call("1"), tool: "other" }, users],
    ["other arguments", call("1", { q: "b" }), users],
    ["other words of the user", call("1"), ["Find the host."]],
  ])("with %s is another's", ([, asked, said]) => {
    const { fresh, ann, answers, told } = setUp();
    answers.note(ann, { calls: [call("1")], users });
    expect(answers.ofRequest({ calls: [asked], users: said })).toBe(fresh);
    expect(told).toEqual([]);
  });

  test("goes on although a nudge was put into the request before it, and has gone again", () => {
    const { ann, answers } = setUp();
    answers.note(ann, { calls: [call("1")], users: [...users, "Continue."] });
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(ann);
  });

  test("that two agents may have begun is neither's, and both are told", () => {
    const { fresh, ann, ben, answers, told } = setUp();
    for (const agent of [ann, ben]) answers.note(agent, { calls: [call("1")], users });
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(fresh);
    expect(told).toHaveLength(2);
  });
});

describe("a tool that starts", () => {
  test("belongs to the agent that has asked for it, by its id and arguments", () => {
    const { ann, ben, answers } = setUp();
    answers.note(ann, { calls: [call("1", 1)], users });
    answers.note(ben, { calls: [call("1", 2)], users });
    expect(answers.ofStart(call("1", 1), [])).toBe(ann);
    expect(answers.ofStart(call("1", 2), [])).toBe(ben);
  });

  test("with arguments that its schema has filled in is known by the user's words, and so is the next request", () => {
    const { fresh, ann, answers } = setUp();
    const filled = call("1", { q: "a", limit: 10 });
    answers.note(ann, { calls: [call("1")], users });
    expect(answers.ofStart(filled, [])).toBe(fresh);
    expect(answers.ofStart(filled, ["Find the host."])).toBe(fresh);
    expect(answers.ofStart(filled, users)).toBe(ann);
    expect(answers.ofRequest({ calls: [filled], users })).toBe(ann);
  });

  test("without an id is what is given: the user's code calls it", () => {
    const { fresh, ann, answers } = setUp();
    answers.note(ann, { calls: [call("1")], users });
    expect(answers.ofStart({ kind: "tool", tool: "use", args: { q: "a" } }, users)).toBe(fresh);
  });
});

describe("what is remembered", () => {
  test("is the latest answer of each agent; nothing goes on from a final one", () => {
    const { fresh, ann, answers } = setUp();
    answers.note(ann, { calls: [call("1")], users });
    answers.note(ann, { calls: [call("2")], users });
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(fresh);
    expect(answers.isOf(ann, [call("2", "anything")])).toBe(true);
    answers.note(ann, { calls: [], users });
    expect(answers.ofRequest({ calls: [call("2")], users })).toBe(fresh);
    expect(answers.isOf(ann, [call("2")])).toBe(false);
  });

  test("goes an hour after the last word of a run whose calls have all come back, and not before", async () => {
    const { fresh, ann, ben, answers, clock } = setUp();
    for (const [agent, id] of [
      [ann, "1"],
      [ben, "2"],
    ] as const) {
      const { key } = await agent.request({ kind: "model" });
      await agent.answered(key, { calls: [call(id)] });
      answers.note(agent, { calls: [call(id)], users });
    }
    await ann.takeOutcomes({
      latest: () => [{ role: "result", id: "1", outcome: () => ({ status: "success" }) }],
    });
    clock.advance(3_599_999);
    answers.note(fresh, { calls: [call("3")], users });
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(ann);
    clock.advance(1);
    answers.note(fresh, { calls: [call("3")], users });
    expect(answers.ofRequest({ calls: [call("1")], users })).toBe(fresh);
    expect(answers.ofRequest({ calls: [call("2")], users })).toBe(ben);
  });
});
