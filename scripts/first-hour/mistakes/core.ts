import type { Mistakes } from "./mistake.ts";

export const core: Mistakes = {
  of: "@guard/core",
  begin: `import { createBreaker, createRegistry, guarded } from "@guard/core";
import { modelPrices } from "@guard/prices";
const search = () => "no results";
const breaker = createBreaker();
const lane = breaker.agent("researcher");
`,
  mistakes: [
    {
      title: "a limit outside of the budget",
      code: `createRegistry({ modelCalls: 40 });`,
      must: /budget(: \{ |\.)modelCalls/,
    },
    {
      title: "another library's name for a limit",
      code: `createRegistry({ maxModelCalls: 40 });`,
      must: /budget(: \{ |\.)modelCalls/,
    },
    {
      title: "a limit in small letters",
      code: `createRegistry({ budget: { modelcalls: 40 } });`,
      must: /did you mean \W?modelCalls/,
    },
    {
      title: "a budget as a number",
      code: `createRegistry({ budget: 5 });`,
      must: /usd/,
    },
    {
      title: "a limit as a text",
      code: `createRegistry({ budget: { usd: "5" } });`,
      must: /budget\.usd: .*number/,
    },
    {
      title: "a limit of a user among the limits, without the level",
      code: `createRegistry({ limits: { usd: 5 } });`,
      must: /budget\.usd|limits\.user/,
    },
    {
      title: "a preset misspelt",
      code: `createRegistry({ preset: "strickt" });`,
      must: /did you mean \W?strict/,
    },
    {
      title: "an answer to a trip that does not exist",
      code: `createRegistry({ onTrip: "stop" });`,
      must: /throw.*finish/,
    },
    {
      title: "a rule misspelt",
      code: `createRegistry({ rules: { "no-progres": false } });`,
      must: /did you mean \W?no-progress/,
    },
    {
      title: "a policy in place of a tool's options",
      code: `createRegistry({ tools: { build_status: "polling" } });`,
      must: /policy: "polling"/,
    },
    {
      title: "a text in place of a function that writes it",
      code: `createRegistry({ texts: { stopped: "Sorry, this took too long." } });`,
      must: /function|\(\) =>/,
    },
    {
      title: "prices under a name of their own",
      code: `createRegistry({ prices: modelPrices() });`,
      must: /\.\.\.modelPrices\(\)|did you mean \W?price\b/,
    },
    {
      title: "a call without its kind",
      code: `await lane.admit([{ tool: "search", args: {} }]);`,
      must: /kind.*"tool"/,
    },
    {
      title: "`name` for `tool`",
      code: `await lane.admit([{ kind: "tool", name: "search", args: {} }]);`,
      must: /did you mean \W?tool|write \W?tool|tool.*not.*name|name.*\W?tool\W/,
    },
    {
      title: "`input` for `args`",
      code: `await lane.admit([{ kind: "tool", tool: "search", input: {} }]);`,
      must: /\bargs\b/,
    },
    {
      title: "one call in place of a list",
      code: `await lane.admit({ kind: "tool", tool: "search", args: {} });`,
      must: /\[/,
    },
    {
      title: "a tool's name in place of a call",
      code: `await lane.run("search", search);`,
      must: /kind.*tool/,
    },
    {
      title: "a call without its function",
      code: `await lane.run({ kind: "tool", tool: "search", args: {} });`,
      must: /function/,
    },
    {
      title: "a decision in place of its token",
      code: `const [decision] = await lane.admit([{ kind: "tool", tool: "search", args: {} }]);
await lane.settle(decision, { status: "success", result: "" });`,
      must: /decision\.token|\.token/,
    },
    {
      title: "a result in place of an outcome",
      code: `const [decision] = await lane.admit([{ kind: "tool", tool: "search", args: {} }]);
await lane.settle(decision.token, "no results");`,
      must: /status.*success/,
    },
    {
      title: "an event misspelt",
      code: `breaker.on("tripp", console.log);`,
      must: /did you mean \W?trip/,
    },
    {
      title: "a registry where a breaker is needed",
      code: `createRegistry().agent("researcher");`,
      must: /breaker\(/,
    },
    {
      title: "a guarded function without a breaker and a name",
      code: `guarded(search);`,
      must: /breaker.*name|\{ breaker/s,
    },
    {
      title: "a guarded function with only its name",
      code: `guarded(search, "search");`,
      must: /breaker.*name|\{ breaker/s,
    },
  ],
};
