import { describe, expect, expectTypeOf, test } from "vitest";
import { CircuitRefusalError, createRegistry, findCircuitOpen } from "../../src/index.ts";
import type { FailureCircuitOptions } from "../../src/failure/circuit-options.ts";
import { forcedFrom } from "../../src/failure/forced-from.ts";
import type { NamedCircuit } from "../../src/failure/named-circuit.ts";
import { CircuitOpenError } from "../../src/vocabulary/errors.ts";
import { collect } from "../support/garbage.ts";
import { later, minute, service } from "./support/service.ts";

const isServerError = (result: unknown) => result instanceof Response && result.status >= 500;
const outOfRange = () => {
  throw new RangeError("fallback");
};

class BadRequest extends Error {}
class NotFound extends BadRequest {}

describe("a circuit's life", () => {
  test("opens after five failures in a row, refuses for a minute, and closes after one good probe", async () => {
    const { circuit, clock, told, works, fails } = service();
    for (let failure = 1; failure <= 4; failure += 1) await fails();
    expect(circuit.state).toBe("closed");
    await fails();
    expect(circuit.state).toBe("open");
    expect(await works()).toBeInstanceOf(CircuitRefusalError);
    clock.advance(minute - 1);
    expect(await works()).toMatchObject({ state: "open", retryAfterMs: 1 });
    clock.advance(1);
    expect(circuit.state).toBe("half-open");
    expect(await works()).toBe("fine");
    expect(circuit.state).toBe("closed");
    expect(told()).toEqual([
      ...Array<string>(5).fill("failure"),
      "transition",
      "refusal",
      "refusal",
      "transition",
      "success",
      "transition",
    ]);
  });

  test("a refusal keeps the first failure as its cause, says when to come back, and quotes no error", async () => {
    const { works, fails, clock } = service({ failureThreshold: 2 });
    const first = new Error("the prompt was: hunter2");
    await fails(first);
    await fails(new Error("second"));
    clock.advance(18_000);
    const refusal = (await works()) as CircuitRefusalError;
    expect(refusal.message).toBe(
      'the failure circuit "openai" is open: too many calls failed; try again in 42 s',
    );
    expect(refusal).toMatchObject({ code: "GUARD_CIRCUIT_REFUSAL", circuit: "openai" });
    expect(refusal.cause).toBe(first);
    expect(refusal.retryAfterMs).toBe(42_000);
  });

  test("a success in between makes a later failure the first one", async () => {
    const { works, fails } = service({ failureThreshold: 2 });
    await fails(new Error("long ago"));
    await works();
    const first = new Error("first");
    await fails(first);
    await fails();
    expect(((await works()) as Error).cause).toBe(first);
  });

  test("a refusal is no trip", async () => {
    const { works, fails } = service({ failureThreshold: 1 });
    await fails();
    const refusal = await works();
    expect(CircuitRefusalError.isInstance(refusal)).toBe(true);
    expect(CircuitOpenError.isInstance(refusal)).toBe(false);
    expect(findCircuitOpen(refusal)).toBeUndefined();
  });

  test("all callers of a name share one circuit, and forty of them don't hammer a service that is down", async () => {
    const { registry } = service();
    let calls = 0;
    const agent = () =>
      registry.circuit("openai").call(() => {
        calls += 1;
        return Promise.reject(new Error("down"));
      });
    for (let turn = 0; turn < 40; turn += 1) await agent().catch(() => {});
    expect(calls).toBe(5);
  });
});

describe("which errors count", () => {
  const excluded = [BadRequest, (error: unknown) => error === "skip"];
  const tripped = new CircuitRefusalError({ circuit: "x", state: "open", retryAfterMs: 1 });
  class APIUserAbortError extends Error {}
  test.each<[name: string, error: unknown, counts: boolean]>([
    ["any error", new Error("x"), true],
    ["a text that was thrown", "down", true],
    ["undefined", undefined, true],
    ["an error of an excluded class", new BadRequest("x"), false],
    ["an error of a class below", new NotFound("x"), false],
    ["what an excluding function names", "skip", false],
    ["an abort", new DOMException("x", "AbortError"), false],
    ["an abort under another name", new APIUserAbortError("x"), false],
    ["a time-out", new DOMException("x", "TimeoutError"), true],
    ["a refusal of another circuit", tripped, false],
    [
      "an error with a getter that throws",
      Object.defineProperty(new Error("x"), "name", {
        get: () => {
          throw new Error("no");
        },
      }),
      true,
    ],
  ])("%s", async (_, error, counts) => {
    const { circuit } = service({ failureThreshold: 1, excluded });
    await expect(circuit.call(() => Promise.reject(error as Error))).rejects.toBe(error);
    expect(circuit.state).toBe(counts ? "open" : "closed");
  });

  test.each<[name: string, excluded: FailureCircuitOptions["excluded"]]>([
    ["class", BadRequest],
    ["function", (error) => error instanceof BadRequest],
  ])("excluded may be one %s, without a list", async (_, one) => {
    const { circuit, fails } = service({ failureThreshold: 1, excluded: one });
    await fails(new BadRequest("x"));
    expect(circuit.state).toBe("closed");
    await fails(new TypeError("x"));
    expect(circuit.state).toBe("open");
  });

  test("excluded comes first, then isFailure, and what is neither does not count", async () => {
    const asked: unknown[] = [];
    const isFailure = (error: unknown) => {
      asked.push(error);
      return error instanceof RangeError;
    };
    const { circuit, fails } = service({ failureThreshold: 1, excluded: [BadRequest], isFailure });
    const type = new TypeError("x");
    await fails(new BadRequest("x"));
    await fails(type);
    expect([circuit.state, asked]).toEqual(["closed", [type]]);
    await fails(new RangeError("x"));
    expect(circuit.state).toBe("open");
  });

  test("a returned result counts as a failure if isFailedResult says so, and comes back", async () => {
    const { circuit } = service({ failureThreshold: 1, isFailedResult: isServerError });
    const response = await circuit.call(() => new Response(null, { status: 503 }));
    expect([response.status, circuit.state]).toEqual([503, "open"]);
  });

  test("a call slower than slowCallMs counts as a failure, and its result comes back", async () => {
    const { circuit, clock } = service({ failureThreshold: 1, slowCallMs: 1_000 });
    const takes = (ms: number) => circuit.call(() => (clock.advance(ms), "fine"));
    await takes(1_000);
    expect(circuit.state).toBe("closed");
    expect(await takes(1_001)).toBe("fine");
    expect([circuit.state, circuit.stats.calls.slow]).toEqual(["open", 1]);
  });

  test("after the caller's signal aborts no error counts, but its time-out does", async () => {
    const { circuit } = service({ failureThreshold: 1 });
    const fail = (signal: AbortSignal) =>
      circuit.call(() => Promise.reject(new Error("socket closed")), { signal }).catch(() => {});
    await fail(AbortSignal.abort());
    expect(circuit.state).toBe("closed");
    await fail(AbortSignal.abort(new DOMException("late", "TimeoutError")));
    expect(circuit.state).toBe("open");
  });

  test("a function of the user's that throws is told as an event, and the caller gets its own error", async () => {
    const { fails, told } = service({ failureThreshold: 1, isFailure: outOfRange });
    const own = new Error("own");
    expect(await fails(own)).toBe(own);
    expect(told()).toEqual(["port-error", "failure", "transition"]);
  });
});

describe("probes", () => {
  test("guard lets one probe through at a time, and refuses the others with the time that the probe may take", async () => {
    const { circuit, clock, fails, works } = service({
      failureThreshold: 1,
      probeTimeoutMs: 5_000,
    });
    await fails();
    clock.advance(minute);
    const probe = later<string>();
    const running = circuit.call(() => probe.promise);
    expect(await works()).toMatchObject({ state: "half-open", retryAfterMs: 5_000 });
    probe.resolve("back");
    expect(await running).toBe("back");
    expect(circuit.state).toBe("closed");
  });

  test("halfOpenMaxCalls probes run at once, and successThreshold of them close the circuit", async () => {
    const options = { failureThreshold: 1, halfOpenMaxCalls: 3, successThreshold: 2 };
    const { circuit, clock, fails, works } = service(options);
    await fails();
    clock.advance(minute);
    const probes = [later<number>(), later<number>(), later<number>()];
    const running = probes.map(({ promise }) => circuit.call(() => promise));
    expect(await works()).toBeInstanceOf(CircuitRefusalError);
    probes[0]!.resolve(0);
    await running[0];
    expect(circuit.state).toBe("half-open");
    probes[1]!.resolve(1);
    await running[1];
    expect(circuit.state).toBe("closed");
    probes[2]!.resolve(2);
    await running[2];
    expect(circuit.stats.probes).toMatchObject({ started: 3, succeeded: 2, late: 1 });
  });

  test("an aborted probe makes room for the next one", async () => {
    const { circuit, clock, fails, works } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(minute);
    await fails(new DOMException("x", "AbortError"));
    expect(circuit.state).toBe("half-open");
    expect(await works()).toBe("fine");
  });
});

describe("fallback", () => {
  test("answers a refusal, and receives it", async () => {
    const { circuit, fails } = service({ failureThreshold: 1 });
    await fails();
    const answer = await circuit.call(() => 1, { fallback: (error) => (error as Error).name });
    expectTypeOf(answer).toEqualTypeOf<number | string>();
    expect(answer).toBe("CircuitRefusalError");
  });

  test.each<[name: string, onFailure: boolean, error: Error, answered: boolean]>([
    ["leaves failures alone by default", false, new Error("x"), false],
    ["answers failures with onFailure", true, new Error("x"), true],
    ["leaves excluded errors alone with onFailure", true, new BadRequest("x"), false],
    ["leaves aborts alone with onFailure", true, new DOMException("x", "AbortError"), false],
  ])("%s", async (_, onFailure, error, answered) => {
    const { circuit } = service({ excluded: [BadRequest] });
    const call = circuit.call(() => Promise.reject(error), {
      fallback: () => "instead",
      onFailure,
    });
    expect(await call.catch((caught: unknown) => caught)).toBe(answered ? "instead" : error);
  });

  test("without onFailure a failure reaches the caller", async () => {
    const { circuit } = service();
    const error = new Error("x");
    const call = circuit.call(() => Promise.reject(error), { fallback: () => "instead" });
    await expect(call).rejects.toBe(error);
  });

  test("onFailure without a fallback leaves the error as it is", async () => {
    const { circuit } = service();
    const error = new Error("x");
    await expect(circuit.call(() => Promise.reject(error), { onFailure: true })).rejects.toBe(
      error,
    );
  });

  test("an error of the fallback reaches the caller, and does not count", async () => {
    const { circuit, fails } = service({ failureThreshold: 1 });
    await fails();
    await expect(circuit.call(() => 1, { fallback: outOfRange })).rejects.toThrow("fallback");
  });
});

describe("wrap", () => {
  test("keeps the type, the name and this, and a sync function stays sync", () => {
    const { circuit } = service({ failureThreshold: 1 });
    const shop = {
      vat: 2,
      price: circuit.wrap(function price(this: { vat: number }, net: number): number {
        return net * this.vat;
      }),
    };
    expectTypeOf(shop.price).parameters.toEqualTypeOf<[number]>();
    expect(shop.price(3)).toBe(6);
    expect([shop.price.name, shop.price.length]).toEqual(["price", 1]);
    const broken = circuit.wrap((): number => {
      throw new Error("down");
    });
    expect(broken).toThrow("down");
    expect(broken).toThrow(CircuitRefusalError);
  });

  test("a generic function stays generic", () => {
    const { circuit } = service();
    const same = circuit.wrap(<T>(value: T): T => value);
    expectTypeOf(same("x" as const)).toEqualTypeOf<"x">();
  });

  test.each<[string, (fail: () => boolean) => () => Promise<string>]>([
    [
      "an async function",
      (fail) => async () => {
        if (fail()) throw new Error("down");
        return "fine";
      },
    ],
    [
      "a function that returns a promise",
      (fail) => () => (fail() ? Promise.reject(new Error("down")) : Promise.resolve("fine")),
    ],
  ])("%s rejects with a refusal, and counts when its promise ends", async (_, make) => {
    const { circuit, clock } = service({ failureThreshold: 1 });
    let isDown = true;
    const ask = circuit.wrap(make(() => isDown));
    await expect(ask()).rejects.toThrow("down");
    await expect(ask()).rejects.toBeInstanceOf(CircuitRefusalError);
    isDown = false;
    clock.advance(minute);
    expect(await ask()).toBe("fine");
    expect(circuit.state).toBe("closed");
  });
});

describe("enter", () => {
  test("a permit that is left without success() has failed", () => {
    const { circuit } = service({ failureThreshold: 2 });
    {
      using permit = circuit.enter();
      permit.success();
    }
    expect(circuit.stats.calls).toMatchObject({ succeeded: 1, failed: 0 });
    const upload = () => {
      using _ = circuit.enter();
      throw new Error("half way");
    };
    expect(upload).toThrow("half way");
    expect(upload).toThrow("half way");
    expect(upload).toThrow(CircuitRefusalError);
  });

  test("a failure without an error is a failure, whatever isFailure says of errors", () => {
    const { circuit } = service({ isFailure: () => false });
    circuit.enter().failure();
    circuit.enter().failure(undefined);
    expect(circuit.stats.calls).toMatchObject({ failed: 1, ignored: 1 });
  });

  test("an adapter waits for its permit, or gets the refusal", async () => {
    const { circuit } = service({ failureThreshold: 1 });
    const ask = () => (circuit as NamedCircuit).admit();
    (await ask()).success();
    expect(circuit.stats.calls).toMatchObject({ succeeded: 1 });
    (await ask()).failure(new Error("x"));
    expect(circuit.stats.calls).toMatchObject({ failed: 1 });
    await expect(ask()).rejects.toBeInstanceOf(CircuitRefusalError);
  });

  test("counts what it is told first, and nothing that follows", () => {
    const { circuit } = service({ excluded: [BadRequest] });
    for (const [first, name] of [
      ["success", "succeeded"],
      ["failure", "failed"],
      ["ignore", "ignored"],
    ] as const) {
      const before = circuit.stats.calls[name];
      using permit = circuit.enter();
      permit[first]();
      permit.success();
      permit.failure();
      expect(circuit.stats.calls[name]).toBe(before + 1);
    }
    circuit.enter().failure(new BadRequest("x"));
    expect(circuit.stats.calls).toMatchObject({ succeeded: 1, failed: 1, ignored: 2 });
  });
});

describe("by hand", () => {
  test("forceOpen refuses every call and tells why, until reset", async () => {
    const { circuit, clock, works, events } = service();
    await circuit.forceOpen({ by: "ops", why: "the provider has told us" });
    clock.advance(24 * 60 * minute);
    expect(circuit.state).toBe("open");
    const refusal = (await works()) as CircuitRefusalError;
    expect(refusal.retryAfterMs).toBeUndefined();
    expect(refusal.message).toContain("because a human holds it open: the provider has told us");
    await circuit.reset();
    expect(await works()).toBe("fine");
    expect(events[0]).toMatchObject({
      type: "circuit-transition",
      from: "closed",
      to: "open",
      by: "ops",
    });
  });

  test("a force with until ends by itself, and the next call tells it", async () => {
    const { circuit, clock, works, told } = service();
    await circuit.forceOpen({ why: "maintenance", until: clock() + 1_000 });
    expect(await works()).toMatchObject({
      retryAfterMs: 1_000,
      message:
        'the failure circuit "openai" is open, because a human holds it open: maintenance; try again in 1 s',
    });
    clock.advance(1_000);
    expect(circuit.state).toBe("closed");
    expect(await works()).toBe("fine");
    expect(await works()).toBe("fine");
    expect(told()).toEqual(["transition", "refusal", "transition", "success", "success"]);
  });

  test("forceClose lets every call run, and goes on counting", async () => {
    const { circuit, fails, works } = service({ failureThreshold: 1 });
    await fails();
    await circuit.forceClose();
    expect(await works()).toBe("fine");
    await fails();
    expect(circuit.state).toBe("closed");
    await circuit.reset();
    expect(circuit.state).toBe("closed");
  });

  test("reset closes an open circuit, and a call from before counts for nothing", async () => {
    const { circuit, fails } = service({ failureThreshold: 2 });
    const slow = later<never>();
    const running = circuit.call(() => slow.promise).catch(() => {});
    await fails();
    await circuit.reset();
    slow.reject(new Error("late"));
    await running;
    await fails();
    expect(circuit.state).toBe("closed");
  });

  test("a wrong option is named, and changes nothing", async () => {
    const { circuit, clock } = service();
    const wrong = { until: clock() - 1 };
    expect(() => circuit.forceOpen(wrong)).toThrow(/forceOpen\.until: expected a moment after now/);
    expect(() => circuit.forceOpen({ reason: "x" } as object)).toThrow(/there is no such option/);
    expect(circuit.state).toBe("closed");
  });
});

describe("stats", () => {
  test("tell how often the circuit opened, for how long, and how its probes went", async () => {
    const { circuit, clock, fails, works } = service({ failureThreshold: 1 });
    await works();
    await fails();
    await works();
    clock.advance(minute);
    await fails();
    clock.advance(2 * minute);
    await works();
    clock.advance(minute);
    expect(circuit.stats).toEqual({
      state: "closed",
      opened: 2,
      openMs: 3 * minute,
      calls: { succeeded: 2, failed: 2, slow: 0, ignored: 0, refused: 1, late: 0 },
      probes: { started: 2, succeeded: 1, failed: 1, ignored: 0, late: 0 },
    });
  });

  test("can be read while the circuit is open, and don't move it", async () => {
    const { circuit, clock, fails } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(10_000);
    expect(circuit.stats).toMatchObject({ state: "open", retryAfterMs: 50_000, openMs: 10_000 });
    clock.advance(minute);
    expect(circuit.stats).toMatchObject({
      state: "half-open",
      retryAfterMs: 0,
      probes: { started: 0 },
    });
  });
});

describe("listeners", () => {
  test("hear the events of their circuit and no others, and can be removed", async () => {
    const { registry, circuit, fails } = service({ failureThreshold: 2 });
    const heard: string[] = [];
    const stop = circuit.on("transition", ({ from, to, retryAfterMs }) =>
      heard.push(`${from} > ${to} for ${retryAfterMs} ms`),
    );
    circuit.on("*", ({ type, circuit: name }) => heard.push(`${type} of ${name}`));
    await registry.circuit("other").call(() => 1);
    await fails();
    await fails();
    stop();
    await circuit.reset();
    expect(heard).toEqual([
      "circuit-failure of openai",
      "circuit-failure of openai",
      "closed > open for 60000 ms",
      "circuit-transition of openai",
      "circuit-transition of openai",
    ]);
  });

  test("a failure event holds the error's name and status, not its message", async () => {
    const { events, fails } = service();
    await fails(Object.assign(new RangeError("hunter2"), { status: 503 }));
    expect(events[0]).toMatchObject({ type: "circuit-failure", error: "RangeError 503" });
    expect(JSON.stringify(events)).not.toContain("hunter2");
  });

  test("a name that does not exist is refused", () => {
    const { circuit } = service();
    expect(() => circuit.on("open" as "late", () => {})).toThrow(/on: there is no event "open"/);
  });
});

describe("observe mode", () => {
  test("refuses nothing, and tells what guard would have done", async () => {
    const { circuit, clock, events, works, fails } = service(
      { failureThreshold: 1 },
      { mode: "observe" },
    );
    await fails();
    expect(await works()).toBe("fine");
    clock.advance(minute);
    expect(await works()).toBe("fine");
    expect(circuit.state).toBe("closed");
    expect(events.map((event) => [event.type, "observed" in event && event.observed])).toEqual([
      ["circuit-failure", true],
      ["circuit-transition", true],
      ["circuit-refusal", true],
      ["circuit-transition", true],
      ["circuit-success", true],
      ["circuit-transition", true],
    ]);
  });
});

describe("faults are told in full", () => {
  test.each<[options: object, fault: string]>([
    [{ by: "" }, 'forceOpen.by: expected a text that is not empty, received ""'],
    [{ why: 1 }, "forceOpen.why: expected a text that is not empty, received 1"],
    [
      { until: Number.NaN },
      "forceOpen.until: expected a moment in milliseconds since the epoch, received NaN",
    ],
    [
      { until: "x" },
      'forceOpen.until: expected a moment in milliseconds since the epoch, received "x"',
    ],
  ])("forceOpen(%j)", (options, fault) => {
    expect(() => service().circuit.forceOpen(options)).toThrow(
      expect.objectContaining({ code: "GUARD_BAD_OPTIONS", faults: [fault] }),
    );
  });

  test("what was left out is left out of the state", () => {
    expect(forcedFrom({}, "forceOpen", 0)).toStrictEqual({});
    const whole = { by: "ops", why: "x", until: 1 };
    expect(forcedFrom(whole, "forceOpen", 0)).toStrictEqual(whole);
  });

  test("a force must end after now", () => {
    const { circuit, clock } = service();
    const until = clock();
    expect(() => circuit.forceClose({ until })).toThrow(
      `forceClose.until: expected a moment after now (${until}), received ${until}`,
    );
    expect(() => circuit.forceClose({ until: until + 1 })).not.toThrow();
  });

  test("call needs a function", async () => {
    await expect(service().circuit.call("x" as never)).rejects.toThrow(
      'circuit("openai").call: expected a function, received a text (write circuit.call(() => client.request(input)))',
    );
  });

  test("a name has 1 to 200 characters", () => {
    const registry = createRegistry();
    expect(registry.circuit("x".repeat(200)).name.length).toBe(200);
    expect(() => registry.circuit(7 as never)).toThrow(
      "registry.circuit: expected a name of 1 to 200 characters, received 7",
    );
  });

  test.each<[FailureCircuitOptions]>([
    [{ failureThreshold: 6 }],
    [{ recoveryTimeoutMs: 1 }],
    [{ successThreshold: 2 }],
    [{ slowCallMs: 1 }],
  ])("a circuit that was made with other options: %j", (options) => {
    const registry = createRegistry();
    registry.circuit("openai");
    expect(() => registry.circuit("openai", options)).toThrow(
      'circuit("openai"): the registry has made this circuit with other options (give options once, or the same ones each time)',
    );
  });
});

describe("registry.circuit", () => {
  test("finds a circuit by its name, and takes its options once", () => {
    const registry = createRegistry();
    const circuit = registry.circuit("openai", { failureThreshold: 3, isFailure: () => true });
    expect(registry.circuit("openai")).toBe(circuit);
    expect(registry.circuit("openai", { failureThreshold: 3, isFailure: () => false })).toBe(
      circuit,
    );
    expect(() => registry.circuit("openai", { failureThreshold: 4 })).toThrow(
      /circuit\("openai"\): the registry has made this circuit with other options/,
    );
  });

  test.each<[unknown]>([[""], [undefined], [7], ["x".repeat(201)]])(
    "refuses %s as a name",
    (name) => {
      expect(() => createRegistry().circuit(name as string)).toThrow(
        /registry\.circuit: expected a name of 1 to 200 characters/,
      );
    },
  );

  test("an open circuit that nothing holds is found again after many others", async () => {
    const registry = createRegistry();
    await registry
      .circuit("openai", { failureThreshold: 1 })
      .call(() => Promise.reject(new Error("down")))
      .catch(() => {});
    for (let other = 0; other < 12_000; other += 1) registry.circuit(`c${other}`);
    await collect();
    expect(registry.circuit("openai").state).toBe("open");
  });
});
