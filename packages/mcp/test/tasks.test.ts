// Tool calls as tasks, an experiment of the SDK. The oldest supported version has no tasks.
import { createBreaker, type BreakerOptions, type RecordedEvent } from "@guard/core";
import { ending } from "guard-test-support";
import { expect, test } from "vitest";
import { guardClient, type ClientLike } from "../src/index.ts";
import { guardedClient, text, textsOf } from "./support/server.ts";

interface Message {
  readonly type: string;
  readonly result?: unknown;
  readonly error?: Error;
}
type Stream = (params: object, schema?: undefined, options?: object) => AsyncIterable<Message>;

/** A client whose streams give these messages, guarded. */
function setUp(messages: () => AsyncIterable<Message>, options: BreakerOptions = {}) {
  const recorded: Extract<RecordedEvent, { type: "tool" }>[] = [];
  const breaker = createBreaker({
    ...options,
    record: (_run, event) => {
      if (event.type === "tool") recorded.push(event);
    },
  });
  let streams = 0;
  const callToolStream: Stream = () => {
    streams += 1;
    return messages();
  };
  const client = { ...(bare as object), experimental: { tasks: { callToolStream } } };
  const guarded = guardClient(client as unknown as typeof client & ClientLike, breaker);
  const stream: Stream = (...args) => guarded.experimental.tasks.callToolStream(...args);
  return { stream, recorded, breaker, streams: () => streams };
}

const bare: ClientLike = { callTool: () => undefined, listTools: () => undefined };
const call = { name: "use", arguments: { q: "a" } };

async function* finished() {
  yield { type: "taskCreated" };
  yield { type: "result", result: text("the same") };
}

async function read(stream: AsyncIterable<Message>): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

test("messages pass through; a warning stands below the result, and a refusal in its place", async () => {
  const { stream, recorded, streams } = setUp(finished);
  const first = await read(stream(call));
  await read(stream(call));
  const third = await read(stream(call));
  const fourth = await read(stream(call));

  expect(first).toEqual([{ type: "taskCreated" }, { type: "result", result: text("the same") }]);
  expect(textsOf(third[1]?.result)[1]).toMatch(/^Note: /);
  expect(fourth).toMatchObject([{ type: "result", result: { isError: true } }]);
  expect([streams(), recorded.length]).toEqual([3, 3]);
});

test("a trip throws at the first message of the stream", async () => {
  const { stream, streams } = setUp(finished, { preset: "strict" });
  await read(stream(call));
  await read(stream(call));
  expect((await ending(() => read(stream(call)))).stop?.reason).toBe("loop");
  expect(streams()).toBe(2);
});

test("guard settles the call before the caller reads the result", async () => {
  const { stream, recorded } = setUp(finished);
  for await (const { type } of stream(call)) {
    expect(recorded.length).toBe(type === "result" ? 1 : 0);
  }
});

const error = new Error("out of order");
async function* broken() {
  yield { type: "error", error };
}

test("an error is a failure; after an abort it says nothing", async () => {
  const failing = setUp(broken);
  expect(await read(failing.stream(call))).toEqual([{ type: "error", error }]);
  expect(failing.recorded).toMatchObject([{ error: true }]);

  const aborted = setUp(broken);
  await read(aborted.stream(call, undefined, { signal: AbortSignal.abort() }));
  expect(aborted.recorded.filter((one) => one.error)).toEqual([]);
});

test("a stream that throws is a failure", async () => {
  const { stream, recorded } = setUp(async function* throwing() {
    yield { type: "taskCreated" };
    throw error;
  });
  await expect(read(stream(call))).rejects.toBe(error);
  expect(recorded).toMatchObject([{ error: true }]);
});

test("a reader that stops early leaves no call open", async () => {
  const { stream, breaker } = setUp(finished);
  for await (const { type } of stream(call)) if (type === "taskCreated") break;
  expect(breaker.snapshot().state["pending"]).toEqual([]);
});

test("over the SDK's own client, where it has tasks", async () => {
  const { client, ran } = await guardedClient(createBreaker({ preset: "strict" }), {
    use: () => "the same",
  });
  if (process.env["GUARD_OLDEST"] !== undefined) {
    expect(client.experimental).toBeUndefined();
    return;
  }
  const use = () => read(client.experimental.tasks.callToolStream(call));
  expect(await use()).toEqual([{ type: "result", result: text("the same") }]);
  await use();
  expect((await ending(use)).stop?.reason).toBe("loop");
  expect(ran.length).toBe(2);
});
