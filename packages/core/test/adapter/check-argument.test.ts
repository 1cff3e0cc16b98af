// An argument that does not fit: the error names what was passed, and says what to write instead.
import { describe, expect, test } from "vitest";
import { checkArgument, checkName, checkOptions, sourceSecond } from "../../src/adapter/index.ts";
import { createBreaker, createRegistry, OptionsError } from "../../src/index.ts";

const call = "guardAgent(agent, registry)";
const checkAgent = (value: unknown) =>
  checkArgument(value, {
    path: "agent",
    expected: "an agent",
    fits: (agent) => agent === "fits",
    kinds: [["a tool", (tool) => typeof tool === "object" && tool !== null && "execute" in tool]],
    instead: { ...sourceSecond(call), "a tool": "Write guardTool(tool)." },
    write: `Write ${call}.`,
  });

class Own {
  readonly name = "docs";
}

describe("checkArgument", () => {
  test.for<readonly [what: string, value: unknown, received: string]>([
    ["nothing", undefined, `undefined. Write ${call}.`],
    ["null", null, `null. Write ${call}.`],
    ["a number", 7, `7. Write ${call}.`],
    [
      "a registry",
      createRegistry(),
      `a registry. The registry is the second argument: write ${call}.`,
    ],
    [
      "a breaker",
      createBreaker(),
      "a breaker. The breaker is the second argument: write guardAgent(agent, breaker).",
    ],
    ["a promise", Promise.resolve(), "a promise. Write guardAgent(await agent, registry)."],
    ["the framework's own kind", { execute: () => {} }, "a tool. Write guardTool(tool)."],
    ["a class", Own, `a class. Write ${call}.`],
    ["an instance of a class", new Own(), `an instance of Own. Write ${call}.`],
    ["an array", [], `an array. Write ${call}.`],
    ["a function", () => {}, `a function. Write ${call}.`],
    ["an object", {}, `an object. Write ${call}.`],
    ["a name", "gpt-5-mini", `"gpt-5-mini". Write ${call}.`],
    ["a text, which may be a prompt", "My password is 1234.", `a text. Write ${call}.`],
    ["a long text", "x".repeat(51), `a text. Write ${call}.`],
  ])("%s", ([, value, received]) => {
    const error = new OptionsError([`agent: expected an agent, received ${received}`]);
    expect(() => checkAgent(value)).toThrow(error);
  });

  test("what fits throws nothing", () => {
    expect(() => checkAgent("fits")).not.toThrow();
  });
});

test.for<readonly [name: unknown, received: string | undefined]>([
  [undefined, undefined],
  ["researcher", undefined],
  ["", '""'],
  [7, "7"],
  [{}, "an object"],
])("checkName: %j", ([name, received]) => {
  const check = () => checkName(name, "agent", 'Write { agent: "researcher" }.');
  if (received === undefined) expect(check).not.toThrow();
  else {
    const fault = `agent: expected a text that is not empty, received ${received}. Write { agent: "researcher" }.`;
    expect(check).toThrow(new OptionsError([fault]));
  }
});

test.for<readonly [options: unknown, faults: readonly string[]]>([
  [{}, []],
  [{ name: "docs", agent: undefined }, []],
  [
    { nam: "docs", x: 1 },
    [
      "nam: there is no such option (did you mean `name`?)",
      "x: there is no such option (there are name, agent)",
    ],
  ],
  ["docs", ['options: expected a plain object, received "docs". Write { name: "docs" }.']],
  [
    new Own(),
    ['options: expected a plain object, received an instance of Own. Write { name: "docs" }.'],
  ],
])("checkOptions: %j", ([options, faults]) => {
  const check = () => checkOptions(options, ["name", "agent"], 'Write { name: "docs" }.');
  if (faults.length === 0) expect(check).not.toThrow();
  else expect(check).toThrow(new OptionsError(faults));
});

test("checkOptions: an argument with another name stands before the option", () => {
  const fault = "traits.post: there is no such option (did you mean `posts`?)";
  expect(() => {
    checkOptions({ post: true }, ["posts"], "Write { posts: true }.", "traits");
  }).toThrow(new OptionsError([fault]));
});
