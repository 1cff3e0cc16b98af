// A healthy run of forty steps is the same with and without guard: arguments, results, and its end.
import { createRegistry } from "@guard/core";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { listen } from "guard-test-support";
import { expect, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { loop } from "./support/loop.ts";
import { connected, text, textsOf, type Tools } from "./support/server.ts";

const steps = 40;

/** Reads, edits and tests in turn, with a failing test and a file that is read again after it was edited. */
const stepOf = (step: number) => {
  const name = ["read_file", "edit_file", "run_tests"][step % 3]!;
  const file = `file ${step % 6 === 3 ? step - 3 : step}`;
  return { name, arguments: { file, ...(name === "edit_file" && { step }) } };
};

const tools = (): Tools => {
  let edits = 0;
  return {
    read_file: {
      body: ({ file }) => `${String(file)}, edited ${edits} times`,
      annotations: { readOnlyHint: true },
    },
    edit_file: () => ({ ...text("done"), structuredContent: { edits: (edits += 1) } }),
    run_tests: () =>
      edits % 4 === 1 ? { isError: true, ...text(`test ${edits} fails`) } : `${edits} tests pass`,
  };
};

/** What the tools of such a run were given, what it has read, and what it says at last. */
async function seen(play: (client: Client, read: string[]) => Promise<string>) {
  const given: unknown[] = [];
  const watched: Tools = {};
  for (const [name, tool] of Object.entries(tools())) {
    const { body, ...rest } = typeof tool === "function" ? { body: tool } : tool;
    const watch: typeof body = (args, context) => {
      given.push([name, args]);
      return body(args, context);
    };
    watched[name] = { ...rest, body: watch };
  }
  const { client } = await connected(watched);
  await client.listTools();
  const read: string[] = [];
  const said = await play(client, read);
  return { given, read, said };
}

async function unguarded(client: Client, read: string[]): Promise<string> {
  for (let step = 0; step < steps; step += 1) {
    read.push(textsOf(await client.callTool(stepOf(step))).join("\n"));
  }
  return "It is 8080.";
}

test("a loop of forty steps over a guarded client", async () => {
  const registry = createRegistry();
  const events = listen(registry);
  const guarded = await seen(async (raw, read) => {
    const client = guardClient(raw, registry);
    let step = 0;
    const model = () => {
      if (step === steps) return "It is 8080.";
      const { name, arguments: args } = stepOf(step);
      step += 1;
      return [{ tool: name, args }];
    };
    const callTool = ({ name, arguments: args }: { name: string; arguments: object }) =>
      client.callTool({ name, arguments: { ...args } });
    return loop({ source: registry, model, callTool }, read);
  });
  expect(guarded).toEqual(await seen(unguarded));
  expect(guarded.read.length).toBe(steps);
  expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
});

test("a guarded client by itself, forty calls", async () => {
  const registry = createRegistry();
  const events = listen(registry);
  const guarded = await seen((client, read) => unguarded(guardClient(client, registry), read));
  expect(guarded).toEqual(await seen(unguarded));
  expect(events).toEqual([]);
});
