import { createRegistry, OptionsError } from "@guard/core";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { memoryOutbox, webhookSink, type WebhookOptions } from "../src/index.ts";

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** A webhook on loopback that answers with these statuses, one after the other, then with 200. */
async function webhook(statuses: readonly number[] = [], headers: Record<string, string> = {}) {
  const bodies: unknown[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    let text = "";
    request.on("data", (data: Buffer) => (text += data.toString()));
    request.on("end", () => {
      bodies.push(JSON.parse(text));
      response.writeHead(statuses[bodies.length - 1] ?? 200, headers).end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies };
}

/** A run that loops until guard stops it, with a canary in its arguments and results. */
async function loop(registry: ReturnType<typeof createRegistry>) {
  const lane = registry.breaker({ name: "nightly" }).agent("finder");
  for (let step = 0; step < 10; step += 1) {
    await lane
      .run({ kind: "tool", tool: "search", args: { q: "canary" } }, () => "canary")
      .catch(() => {});
  }
}

const watched = (url: string, options: WebhookOptions = {}) => {
  const registry = createRegistry({ budget: { toolCalls: 4, alertAt: 0.5 } });
  const sink = webhookSink(url, options);
  sink.watch(registry);
  return { registry, sink };
};

const lost = () => Promise.reject(new Error("connection refused"));

describe("webhookSink", () => {
  test("sends a soft alert and a hard one, as JSON, without arguments and results", async () => {
    const { url, bodies } = await webhook();
    const { registry, sink } = watched(url);
    await loop(registry);
    await sink.flush();
    expect(bodies).toMatchObject([
      { type: "guard.alert", severity: "soft", run: "nightly", reason: "toolCalls" },
      { type: "guard.alert", severity: "hard", run: "nightly", agent: "finder", tool: "search" },
    ]);
    expect(JSON.stringify(bodies)).not.toContain("canary");
  });

  test("speaks Slack's form", async () => {
    const { url, bodies } = await webhook();
    const { registry, sink } = watched(url, { format: "slack", severity: "hard" });
    await loop(registry);
    await sink.flush();
    expect(bodies).toEqual([
      { text: expect.stringMatching(/^🛑 guard, run nightly: This task was stopped: /) },
    ]);
  });

  test("tries again later: after 1 s, then after 2 s", async () => {
    const { url, bodies } = await webhook([503, 503]);
    let now = 0;
    const { registry, sink } = watched(url, { severity: "hard", clock: () => now });
    await loop(registry);
    const seen: number[] = [];
    for (const at of [0, 999, 1_000, 2_999, 3_000, 9_000]) {
      now = at;
      await sink.flush();
      seen.push(bodies.length);
    }
    expect(seen).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("waits as long as Retry-After says", async () => {
    const { url, bodies } = await webhook([429], { "retry-after": "60" });
    let now = 0;
    const { registry, sink } = watched(url, { severity: "hard", clock: () => now });
    await loop(registry);
    await sink.flush();
    now = 59_999;
    await sink.flush();
    expect(bodies).toHaveLength(1);
    now = 60_000;
    await sink.flush();
    expect(bodies).toHaveLength(2);
  });

  test.for([400, 404, 410])("gives up when the webhook answers %i", async (status) => {
    const { url, bodies } = await webhook([status]);
    let now = 0;
    const errors: unknown[] = [];
    const onError = (error: unknown) => {
      errors.push(String(error));
      throw new Error("a listener that throws");
    };
    const { registry, sink } = watched(url, { severity: "hard", clock: () => now, onError });
    await loop(registry);
    await sink.flush();
    now = 100_000_000;
    await sink.flush();
    expect([bodies.length, errors]).toEqual([
      1,
      [`Error: the webhook answered with status ${status}`],
    ]);
  });

  test("a webhook that can't be reached never reaches the agent, and the alert waits", async () => {
    const { url, bodies } = await webhook();
    const outbox = memoryOutbox();
    let now = 0;
    const { registry, sink } = watched(url, { outbox, fetch: lost, clock: () => now });
    await loop(registry);
    await sink.flush();
    expect(outbox.nextAt()).toBe(1_000);
    now = 1_000;
    await webhookSink(url, { outbox, clock: () => now }).flush();
    expect([bodies.length, outbox.nextAt()]).toEqual([2, undefined]);
  });

  test("sends each alert once, however often it is told", async () => {
    const { url, bodies } = await webhook();
    const { registry, sink } = watched(url, { severity: "hard" });
    sink.watch(registry);
    await loop(registry);
    await sink.flush();
    await sink.flush();
    expect(bodies).toHaveLength(1);
  });

  test("the next run of a job, under the same name, has alerts of its own", async () => {
    const { url, bodies } = await webhook();
    const outbox = memoryOutbox();
    for (const now of [1_000, 2_000]) {
      const ports = { clock: () => now };
      const registry = createRegistry({ budget: { toolCalls: 4, alertAt: 0.5 }, ports });
      const sink = webhookSink(url, { outbox });
      sink.watch(registry);
      await loop(registry);
      await sink.flush();
    }
    expect(bodies).toHaveLength(4);
  });

  test.for([
    ["no address", "not an address with a secret", {}, /^url: expected an address/],
    ["another format", "https://example.com", { format: "xml" }, /^format: expected json or slack/],
    ["another severity", "https://example.com", { severity: "soft" }, /^severity: expected hard/],
  ] as const)("refuses %s", ([, url, options, fault]) => {
    const make = () => webhookSink(url, options as WebhookOptions);
    expect(make).toThrow(OptionsError);
    expect(make).toThrow(fault);
    expect(make).not.toThrow(/secret/);
  });
});
