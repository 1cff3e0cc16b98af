// One provider's failure circuit serves every adapter: the tests that all of them share.
import {
  createRegistry,
  findCircuitOpen,
  findCircuitRefusal,
  type Breaker,
  type FailureCircuit,
  type GuardOptions,
  type OnTrip,
  type Registry,
} from "@guard/core";
import { ProviderServer, type Reply } from "./provider-server.ts";
import { ending, listen } from "./runs.ts";

/** How a test asks a model. */
export interface ProviderAsk {
  readonly server: ProviderServer;
  readonly source: Registry | Breaker;
  readonly signal?: AbortSignal | undefined;
  /** Whether the client is told the server's own address. Default: it asks `api.openai.com`, whose requests come to the server. */
  readonly byAddress?: boolean | undefined;
  /** Whether the client or the framework may try a failed call again, as it does by default. */
  readonly retries?: boolean | undefined;
}

/** An adapter, as these tests use it. Each function is one run that asks a model of OpenAI's once. */
export interface ProviderHarness {
  /** Asks for a whole answer, and returns its text. */
  readonly ask: (one: ProviderAsk) => Promise<string>;
  /** Reads a streamed answer to its end. Left out where the framework does not stream. */
  readonly stream?: ((one: ProviderAsk) => Promise<unknown>) | undefined;
  /** The values of `onTrip` that the adapter supports. Default: all of the test. */
  readonly exits?: readonly OnTrip[] | undefined;
  /** Reads the first part of a streamed answer, and leaves. */
  readonly leave?: ((one: ProviderAsk) => Promise<unknown>) | undefined;
}

/** The parts of a test runner that these tests use. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => void;
  readonly test: (name: string, body: () => Promise<void>) => void;
  readonly expect: (value: unknown) => {
    toBe(expected: unknown): void;
    toEqual(expected: unknown): void;
    toBeUndefined(): void;
  };
  readonly onTestFinished: (body: () => Promise<void>) => void;
}

const allExits: readonly OnTrip[] = ["throw", "finish", "wind-down"];
export const recoveryTimeoutMs = 60_000;

/** A provider, a registry with its circuit, and a clock that the test moves. */
export class Down {
  readonly server: ProviderServer;
  readonly registry: Registry;
  readonly circuit: FailureCircuit<"openai">;
  #now = 1_000_000;

  constructor(server: ProviderServer, options: GuardOptions = {}) {
    this.server = server;
    const clock = () => this.#now;
    const ports = { clock, random: () => 0.5 };
    this.registry = createRegistry({ ports, warnings: false, ...options });
    this.circuit = this.registry.circuit("openai", { recoveryTimeoutMs });
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  get one(): ProviderAsk {
    return { server: this.server, source: this.registry };
  }

  /** Opens the circuit: the provider fails five times. */
  async open(ask: ProviderHarness["ask"], one: ProviderAsk = this.one): Promise<void> {
    this.server.reply = 503;
    for (let failed = 0; failed < 5; failed += 1) await ending(() => ask(one));
  }

  /** The circuit is open, its break is over, and the provider does this with the probe. */
  async probe(ask: ProviderHarness["ask"], reply: Reply): Promise<void> {
    await this.open(ask);
    this.pass(recoveryTimeoutMs);
    this.server.reply = reply;
  }
}

/** Declares the tests that the failure circuit of a provider must pass behind an adapter. */
export function providerDown(runner: Runner, name: string, harness: ProviderHarness): void {
  const { describe, test, expect, onTestFinished } = runner;
  const { ask, stream, leave, exits = allExits } = harness;
  const begin = async (options?: GuardOptions) => {
    const server = await ProviderServer.start();
    onTestFinished(() => server.stop());
    return new Down(server, options);
  };
  /** Each way to read an answer, where the adapter has it. */
  const ways = [
    ["a whole answer", ask],
    ["a streamed answer", stream],
  ] as const;

  describe(`${name}: a provider that is down`, () => {
    for (const [what, way] of ways) {
      if (way === undefined) continue;
      test(`${what}: after five failures guard refuses the sixth call, and the run pays nothing for it`, async () => {
        const down = await begin();
        const breaker = down.registry.breaker({ name: "crew" });
        const one = { ...down.one, source: breaker };
        const events = listen(down.registry);
        down.server.reply = 503;
        for (let failed = 0; failed < 5; failed += 1) {
          const { error } = await ending(() => way(one));
          expect(findCircuitRefusal(error)).toBeUndefined();
        }
        const before = breaker.spending;
        const { error } = await ending(() => way(one));
        const refusal = findCircuitRefusal(error);
        expect([refusal?.circuit, refusal?.state, refusal?.retryAfterMs]).toEqual([
          "openai",
          "open",
          recoveryTimeoutMs,
        ]);
        expect(findCircuitOpen(error)).toBeUndefined();
        expect(down.server.requests).toBe(5);
        expect(breaker.spending).toEqual(before);
        const told = events.map(({ type }) => type).filter((type) => type.startsWith("circuit-"));
        expect(told).toEqual([
          ...Array.from({ length: 5 }, () => "circuit-failure"),
          "circuit-transition",
          "circuit-refusal",
        ]);
        expect(events.some(({ type }) => type === "trip")).toBe(false);
      });

      test(`${what}: after the break a probe reaches the provider and closes the circuit`, async () => {
        const down = await begin();
        await down.probe(ask, "answers");
        await way(down.one);
        expect([down.server.requests, down.circuit.state]).toEqual([6, "closed"]);
      });
    }

    for (const status of [400, 401, 403, 404, 422]) {
      test(`an answer with the status ${status} never counts: the request is wrong, not the provider`, async () => {
        const down = await begin();
        down.server.reply = status;
        for (let failed = 0; failed < 7; failed += 1) await ending(() => ask(down.one));
        expect([down.server.requests, down.circuit.state]).toEqual([7, "closed"]);
        expect(down.circuit.stats.calls.failed).toBe(0);
      });
    }

    for (const reply of [408, 429, 500, 529, "cuts"] as const) {
      test(`${typeof reply === "number" ? `the status ${reply}` : "a connection that breaks"} counts`, async () => {
        const down = await begin();
        down.server.reply = reply;
        for (let failed = 0; failed < 7; failed += 1) await ending(() => ask(down.one));
        expect([down.server.requests, down.circuit.state]).toEqual([5, "open"]);
      });
    }

    test("an abort never counts, and a probe that is aborted makes room for the next one", async () => {
      const down = await begin();
      const aborted = async () => {
        const controller = new AbortController();
        down.server.reply = "hangs";
        down.server.heard = () => controller.abort();
        await ending(() => ask({ ...down.one, signal: controller.signal }));
        down.server.heard = () => {};
      };
      for (let call = 0; call < 6; call += 1) await aborted();
      expect([down.server.requests, down.circuit.state]).toEqual([6, "closed"]);
      await down.probe(ask, "hangs");
      await aborted();
      expect(down.circuit.state).toBe("half-open");
      down.server.reply = "answers";
      expect(await ask(down.one)).toBe("It is 8080.");
      expect(down.circuit.state).toBe("closed");
    });

    test("a budget that refuses the probe gives the permit back", async () => {
      const down = await begin();
      await down.probe(ask, "answers");
      const spent = down.registry.breaker({ name: "spent", budget: { modelCalls: 0 } });
      const { stop } = await ending(() => ask({ ...down.one, source: spent }));
      expect([stop?.reason, down.server.requests]).toEqual(["budget", 5]);
      expect(await ask(down.one)).toBe("It is 8080.");
      expect(down.circuit.state).toBe("closed");
    });

    test("a run that an operator stops while its probe is under way settles the permit", async () => {
      const down = await begin({ accounts: { user: "42" } });
      await down.probe(ask, "answers");
      down.server.heard = () => void down.registry.stop({ user: "42" }, { by: "ops", why: "test" });
      await ending(() => ask(down.one));
      expect(down.circuit.state).toBe("closed");
    });

    for (const onTrip of exits) {
      test(`with onTrip: "${onTrip}" a refusal is an error, because it is no trip`, async () => {
        const down = await begin({ onTrip });
        await down.circuit.forceOpen({ by: "ops" });
        const { error } = await ending(() => ask(down.one));
        expect(findCircuitRefusal(error)?.circuit).toBe("openai");
        expect(down.server.requests).toBe(0);
      });
    }

    test("a stopped run gets its stop, and no refusal", async () => {
      const down = await begin();
      const source = down.registry.breaker({ name: "spent", budget: { modelCalls: 0 } });
      await ending(() => ask({ ...down.one, source }));
      await down.circuit.forceOpen({ by: "ops" });
      const { error, stop } = await ending(() => ask({ ...down.one, source }));
      expect([stop?.reason, findCircuitRefusal(error)]).toEqual(["budget", undefined]);
      expect(down.circuit.stats.calls.refused).toBe(0);
    });

    if (exits.includes("wind-down")) {
      test("a run that winds down ends with guard's own text, if the circuit refuses its last call", async () => {
        const down = await begin({ onTrip: "wind-down", budget: { modelCalls: 0 } });
        down.registry.on("trip", () => void down.circuit.forceOpen({ by: "ops" }));
        const { result } = await ending(() => ask(down.one));
        expect(result?.startsWith("This task was stopped")).toBe(true);
        expect([down.server.requests, down.circuit.stats.calls.refused]).toEqual([0, 1]);
      });
    }

    test("nothing tries a refused call again", async () => {
      const down = await begin();
      await down.circuit.forceOpen({ by: "ops" });
      const { error } = await ending(() => ask({ ...down.one, retries: true }));
      expect(findCircuitRefusal(error)?.circuit).toBe("openai");
      expect([down.circuit.stats.calls.refused, down.server.requests]).toEqual([1, 0]);
    });

    test("a client of another server does not count for OpenAI: its server has a circuit of its own", async () => {
      const down = await begin();
      const own = down.registry.circuit(down.server.host);
      const one = { ...down.one, byAddress: true };
      await down.open(ask, one);
      const { error } = await ending(() => ask(one));
      expect(findCircuitRefusal(error)?.circuit).toBe(down.server.host);
      expect([down.server.requests, own.state, down.circuit.state]).toEqual([5, "open", "closed"]);
    });

    if (stream === undefined) return;

    test("a stream that breaks off is a failed probe: the circuit opens again", async () => {
      const down = await begin();
      await down.probe(ask, "cuts its stream");
      await ending(() => stream(down.one));
      expect([down.server.requests, down.circuit.state]).toEqual([6, "open"]);
    });

    test("a stream that the caller aborts in the middle gives the permit back at once", async () => {
      const down = await begin();
      const controller = new AbortController();
      await down.probe(ask, "stalls its stream");
      down.server.heard = () => controller.abort();
      await ending(() => stream({ ...down.one, signal: controller.signal }));
      expect([down.server.requests, down.circuit.state]).toEqual([6, "half-open"]);
      down.server.heard = () => {};
      down.server.reply = "answers";
      expect(await ask(down.one)).toBe("It is 8080.");
      expect(down.circuit.state).toBe("closed");
    });

    test("a stream that ends too early gives the permit back or settles it", async () => {
      const down = await begin();
      await down.probe(ask, "ends its stream");
      await ending(() => stream(down.one));
      down.server.reply = "answers";
      expect(await ask(down.one)).toBe("It is 8080.");
      expect(down.circuit.state).toBe("closed");
    });

    if (leave === undefined) return;

    test("a reader that leaves a stream gives the permit back, at the latest when the probe's time is over", async () => {
      const down = await begin();
      await down.probe(ask, "answers");
      await ending(() => leave(down.one));
      if (down.circuit.state !== "closed") down.pass(60_001);
      expect(await ask(down.one)).toBe("It is 8080.");
      expect(down.circuit.state).toBe("closed");
    });
  });
}
