// The loops that the README of @guard/core writes by hand: that very code, with the clients of the providers, against a
// scripted server on loopback.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { findCircuitOpen, type BreakerSource } from "@guard/core";
import { adapterContract, type AdapterHarness } from "@guard/testing";
import { describe, expect, test } from "vitest";

const readme = readFileSync(join(import.meta.dirname, "../packages/core/README.md"), "utf8");
const out = join(import.meta.dirname, ".vitest");

interface Asked {
  readonly name: string;
  readonly arguments: string;
  readonly id?: string;
}
type Answer = string | readonly Asked[];
type Tools = Record<string, (args: unknown) => unknown>;
interface Loop {
  readonly answer: (prompt: string, tools: Tools, offered: readonly object[]) => Promise<string>;
}

const schema = { type: "object", properties: { q: { type: "string" } } };
const loops = {
  openai: {
    url: "/v1",
    offered: [{ type: "function", function: { name: "use", parameters: schema } }],
  },
  "@anthropic-ai/sdk": { url: "", offered: [{ name: "use", input_schema: schema }] },
} as const;
type Client = keyof typeof loops;
const clients = Object.keys(loops) as Client[];

/** The code of the README's loop over a client. */
function codeOf(client: Client): string {
  const blocks = Array.from(readme.matchAll(/^```ts\n(.*?)^```/gms), ([, code]) => code!);
  const [code, ...others] = blocks.filter((one) => one.includes(`from "${client}"`));
  if (code === undefined || others.length > 0) throw new Error(`one loop over ${client}`);
  return code;
}

/** What the copies of a loop take in place of the registry that it makes. */
const sources = globalThis as { guardSource?: BreakerSource };
const registryLine = /^const registry = .*$/m;

let copies = 0;
/** One after the other: what a copy is given, it reads from its environment. */
let loading: Promise<unknown> = Promise.resolve();

/** A copy of the README's loop over a client, with this source in place of its registry, if one is given. */
async function load(client: Client, server: string, source?: BreakerSource): Promise<Loop> {
  process.env["OPENAI_BASE_URL"] = process.env["ANTHROPIC_BASE_URL"] =
    `${server}${loops[client].url}`;
  process.env["OPENAI_API_KEY"] = process.env["ANTHROPIC_API_KEY"] = "none";
  const code = codeOf(client);
  if (!registryLine.test(code)) throw new Error("the loop makes no registry");
  if (source !== undefined) sources.guardSource = source;
  const own =
    source === undefined
      ? code
      : code.replace(registryLine, "const registry = globalThis.guardSource;");
  mkdirSync(out, { recursive: true });
  const file = join(out, `loop-${(copies += 1)}.ts`);
  writeFileSync(file, own);
  return (await import(file)) as Loop;
}

interface Play {
  readonly script: (turn: number, read: readonly string[]) => Answer;
  readonly tools: Record<string, (args: { q: string }) => unknown>;
  /** Default: the registry that the loop makes. */
  readonly source?: BreakerSource;
}

/** Plays the README's loop over a client, with a scripted model. */
async function play(client: Client, { script, tools: bodies, source }: Play) {
  const read: string[] = [];
  let modelCalls = 0;
  let toolRuns = 0;
  const server = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent" });
  server.addFixture({
    match: { predicate: () => true },
    response: ({ messages }) => {
      modelCalls += 1;
      const results = messages.filter(({ role }) => role === "tool");
      for (const { content } of results.slice(read.length)) read.push(textOf(content));
      const answer = script(modelCalls, read);
      if (typeof answer === "string") return { content: answer };
      const toolCalls = answer.map((one, index) => ({ id: `call_${modelCalls}_${index}`, ...one }));
      return { toolCalls };
    },
  });
  const url = await server.start();
  const tools: Tools = {};
  for (const [name, body] of Object.entries(bodies)) {
    tools[name] = (args) => {
      toolRuns += 1;
      return body((typeof args === "string" ? JSON.parse(args) : args) as { q: string });
    };
  }
  let text: string | undefined;
  let error: unknown;
  try {
    const loop = loading.then(() => load(client, url, source));
    loading = loop.catch(() => {});
    const { answer } = await loop;
    text = await answer("Find the port.", tools, loops[client].offered);
  } catch (thrown) {
    error = thrown;
  } finally {
    await server.stop();
  }
  return { text, error, modelCalls, toolRuns, read };
}

/** The same with one tool, and the registry that the loop makes. */
async function playUse(client: Client, script: Play["script"], body: (q: string) => unknown) {
  const { error, ...run } = await play(client, { script, tools: { use: ({ q }) => body(q) } });
  const stop = findCircuitOpen(error);
  expect(error).toBe(stop);
  return { ...run, stop };
}

/** The loop over a client, for the contract that every adapter keeps. */
const harness = (client: Client): AdapterHarness => ({
  run: ({ source, script, tools }) =>
    play(client, {
      source,
      tools,
      script: (turn, read) => {
        const answer = script(turn, read);
        if (typeof answer === "string") return answer;
        return answer.map(({ tool: name, args, ...id }) => ({
          name,
          arguments: JSON.stringify(args),
          ...id,
        }));
      },
    }),
});

for (const client of clients) {
  adapterContract(
    { describe, test, expect },
    `the contract, by the loop over ${client}`,
    harness(client),
  );
}

const textOf = (content: unknown) =>
  typeof content === "string" ? content : JSON.stringify(content);

const ask = (q: string, name = "use"): Asked => ({ name, arguments: JSON.stringify({ q }) });
const found = (q: string) => `${q} is there`;

test.for(clients)("the loop over %s has under 40 lines", (client) => {
  expect(codeOf(client).trimEnd().split("\n").length).toBeLessThan(40);
});

describe.for(clients)("the loop over %s", (client) => {
  test("a model that asks for the same is warned, refused, and stopped at its sixth call", async () => {
    const run = await playUse(client, () => [ask("a")], found);
    expect([run.modelCalls, run.toolRuns, run.stop?.reason]).toEqual([6, 3, "loop"]);
    expect(run.read).toEqual([
      "a is there",
      "a is there",
      expect.stringMatching(/^a is there\n\nNote: you asked for "use" /),
      expect.stringMatching(/^Refused, not executed: you asked for "use" /),
      expect.stringMatching(/^Refused, not executed: you asked for "use" /),
    ]);
    expect(run.stop?.report.used).toMatchObject({ modelCalls: 6, toolCalls: 3 });
  });

  test("a healthy run of forty calls ends as it would, and reads what its tools gave", async () => {
    const steps = 39;
    const script = (turn: number) => (turn > steps ? "It is 8080." : [ask(`file ${turn}`)]);
    const run = await playUse(client, script, found);
    const read = Array.from({ length: steps }, (_, index) => found(`file ${index + 1}`));
    expect(run).toEqual({
      text: "It is 8080.",
      stop: undefined,
      modelCalls: steps + 1,
      toolRuns: steps,
      read,
    });
  });

  test("a model that never ends is stopped by the budget", async () => {
    const run = await playUse(client, (turn) => [ask(`file ${turn}`)], found);
    expect([run.modelCalls, run.toolRuns, run.stop?.code]).toEqual([
      40,
      40,
      "GUARD_BUDGET_EXCEEDED",
    ]);
  });

  test("calls of one answer are one round; of the answer that stops the run none is executed", async () => {
    const run = await playUse(client, () => [ask("a"), ask("b"), ask("a")], found);
    expect([run.modelCalls, run.toolRuns, run.stop?.reason]).toEqual([6, 9, "loop"]);
  });

  test.for<[what: string, answer: Asked, said: RegExp]>([
    ["a tool that does not exist", ask("a", "no_such_tool"), /not a function/],
    ["a tool that throws", ask("broken"), /^out of order/],
  ])("%s is told to the model, and stops the run when that goes on", async ([, one, said]) => {
    const run = await playUse(
      client,
      () => [one],
      (q) => {
        throw new Error(q === "broken" ? "out of order" : q);
      },
    );
    expect(run.read[0]).toMatch(said);
    expect([run.modelCalls, run.stop?.reason]).toEqual([6, "loop"]);
  });
});

test("arguments that are no JSON are a failure of the call, and the loop goes on", async () => {
  const odd = { name: "use", arguments: "{" };
  const run = await playUse("openai", (turn) => (turn === 1 ? [odd] : "It is 8080."), found);
  expect([run.text, run.modelCalls]).toEqual(["It is 8080.", 2]);
  expect(run.read[0]).toMatch(/JSON/);
});
