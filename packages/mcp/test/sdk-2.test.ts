// The second edition of the SDK, whose client is a package of its own and takes no result schema.
import { createBreaker, type RecordedEvent } from "@guard/core";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { McpServer } from "@modelcontextprotocol/server";
import { ending } from "guard-test-support";
import { expect, expectTypeOf, onTestFinished, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { textsOf } from "./support/server.ts";

/** A guarded client of that SDK, and the tool calls that a recorder is told. */
async function setUp() {
  const server = new McpServer({ name: "scripted", version: "1.0.0" });
  const annotations = { readOnlyHint: true };
  server.registerTool("use", { annotations }, () => ({
    content: [{ type: "text" as const, text: "the same" }],
  }));
  server.registerTool("hang", {}, () => new Promise<never>(() => {}));
  const [near, far] = InMemoryTransport.createLinkedPair();
  await server.connect(far);

  const calls: Extract<RecordedEvent, { type: "tool" }>[] = [];
  const breaker = createBreaker({
    record: (_run, event) => void (event.type === "tool" && calls.push(event)),
  });
  const raw = new Client({ name: "test", version: "1.0.0" });
  const client = guardClient(raw, breaker);
  expectTypeOf(client).toEqualTypeOf(raw);
  await client.connect(near);
  onTestFinished(() => client.close());
  return { client, calls };
}

test("guard warns a loop, refuses and stops it, with the server's hints as policies", async () => {
  const { client, calls } = await setUp();
  await client.listTools();
  const read: string[] = [];
  const { stop } = await ending(async () => {
    for (;;) read.push(textsOf(await client.callTool({ name: "use" })).join(" "));
  });
  expect(read).toEqual([
    "the same",
    "the same",
    expect.stringMatching(/^the same Note: /),
    expect.stringMatching(/^Refused/),
    expect.stringMatching(/^Refused/),
  ]);
  expect(stop?.reason).toBe("loop");
  expect(calls.map(({ policy }) => policy)).toEqual(["read", "read", "read"]);
});

test.for<[what: string, options: () => object, failures: number]>([
  ["a timeout is a failure", () => ({ timeout: 5 }), 1],
  [
    "a deadline in the shape of a signal is a failure",
    () => ({ signal: AbortSignal.timeout(5) }),
    1,
  ],
  ["an abort says nothing", () => ({ signal: AbortSignal.abort() }), 0],
])("%s", async ([, options, failures]) => {
  const { client, calls } = await setUp();
  const { error } = await ending(() => client.callTool({ name: "hang" }, options()));
  expect(error).toBeDefined();
  expect(calls.filter((call) => call.error).length).toBe(failures);
});
