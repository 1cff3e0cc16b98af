import { expect, test } from "vitest";
import { insideOf, type Breaker } from "../src/breaker/breaker.ts";
import type { Snapshot } from "../src/vocabulary/snapshot.ts";
import type { Store } from "../src/ports/store.ts";
import { memoryStore } from "../src/store/memory-store.ts";
import { cooldownMs, leaseMs, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";
import { check, run } from "./support/random-runs.ts";

test("there are never more live probes than permits", () => {
  check((script) =>
    run(script, {}, (breaker, _decisions, _step, now) => {
      const { machine } = insideOf(breaker).circuit.state;
      if (machine.status !== "half-open") return;
      expect(machine.leases.filter(({ until }) => until > now).length).toBeLessThanOrEqual(1);
    }),
  );
});

test("no denial tells anyone to wait longer than a break or a lease", () => {
  const longest = Math.max(2 * cooldownMs, leaseMs);
  check((script) =>
    run(script, { recovery: { maxCooldownMs: longest } }, (_breaker, decisions) => {
      for (const { retryAfterMs, findings } of decisions) {
        // what a human has said holds until the moment that was named, wherever the clock is set
        if (retryAfterMs === undefined || findings[0]?.rule === "manual") continue;
        expect(retryAfterMs).toBeGreaterThan(0);
        expect(retryAfterMs).toBeLessThanOrEqual(longest);
      }
    }),
  );
});

test("a caller that waits for retryAfterMs passes, after any events", () => {
  check((script) => {
    const clock = manualClock(1e9);
    let last: Breaker | undefined;
    run(script, { ports: { clock } }, (breaker, _decisions, step) => {
      if (step.do === "clock") clock.advance(step.by);
      last = breaker;
    });
    if (last === undefined) return;
    clock.advance(cooldownMs);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const [decision] = last.agent("c").admitSync([use("fresh")]);
      if (decision.verdict === "allow") return;
      expect(decision.retryAfterMs).toBeGreaterThan(0);
      clock.advance(decision.retryAfterMs!);
    }
    expect.fail("still refused");
  });
});

test("a circuit that opened lets only granted calls through until its generation moves", () => {
  check((script) => {
    let openSince: number | undefined;
    run(script, {}, (breaker, decisions) => {
      const { machine, generation } = insideOf(breaker).circuit.state;
      const isOpen = machine.status === "open" && breaker.state !== "forced-closed";
      if (isOpen && openSince === generation) {
        for (const { verdict, token } of decisions) {
          expect(token.granted === true || verdict === "open").toBe(true);
        }
      }
      openSince = isOpen ? generation : undefined;
    });
  });
});

test("generations only grow, and a transition is a new one", () => {
  check((script) => {
    let before = { generation: 1, status: "closed" };
    run(script, {}, (breaker) => {
      const { generation, machine } = insideOf(breaker).circuit.state;
      expect(generation).toBeGreaterThanOrEqual(before.generation);
      if (machine.status !== before.status) expect(generation).toBeGreaterThan(before.generation);
      before = { generation, status: machine.status };
    });
  });
});

test("observing never denies", () => {
  check((script) =>
    run(
      script.filter((one) => one.do !== "override" && one.do !== "grant"),
      { mode: "observe", budget: { toolCalls: 5 } },
      (_, decisions) => {
        for (const { verdict } of decisions) expect(verdict).toBe("allow");
      },
    ),
  );
});

test("spending never goes down, and reservations never below zero", () => {
  check((script) => {
    let usd = 0;
    run(script, { tools: { use: { usd: 0.5 } } }, (breaker) => {
      expect(breaker.spending.usd).toBeGreaterThanOrEqual(usd);
      usd = breaker.spending.usd;
      for (const { held } of insideOf(breaker).circuit.state.accounts.values()) {
        for (const { nanoUsd } of Object.values(held)) expect(nanoUsd).toBeGreaterThanOrEqual(0);
      }
    });
  });
});

test("a restored breaker decides like one that was not interrupted", () => {
  check((script) => {
    const told = (restored: boolean) => {
      const verdicts: unknown[] = [];
      const steps = restored ? script : script.filter((step) => step.do !== "restore");
      run(steps, {}, (_breaker, decisions) => {
        verdicts.push(...decisions.map(({ verdict, findings }) => [verdict, findings]));
      });
      return verdicts;
    };
    expect(told(true)).toEqual(told(false));
  });
});

test("nothing that happens later changes a snapshot", () => {
  check((script) => {
    const taken: { readonly snapshot: unknown; readonly before: string }[] = [];
    run(script, {}, (breaker) => {
      const snapshot = breaker.snapshot();
      taken.push({ snapshot, before: JSON.stringify(snapshot) });
    });
    for (const { snapshot, before } of taken) expect(JSON.stringify(snapshot)).toBe(before);
  });
});

test("a store that fails now and then changes no decision", () => {
  check((script) => {
    let asked = 0;
    const failing = <T>(answer: () => T): T => {
      asked += 1;
      if (asked % 3 === 0) throw new Error("the store is down");
      return answer();
    };
    const memory = memoryStore({ clock: () => 0 });
    const store: Store = {
      get: (key) => failing(() => memory.get(key)),
      compareAndSet: (writes) => failing(() => memory.compareAndSet(writes)),
      list: (prefix) => memory.list(prefix),
      close: () => memory.close(),
    };
    // What a restart would read from the store is another matter than what this process decides.
    const steps = script.filter((step) => step.do !== "restore");
    const told = (options: object) => {
      const verdicts: unknown[] = [];
      run(steps, options, (_breaker, decisions) => {
        verdicts.push(...decisions.map(({ verdict }) => verdict));
      });
      return verdicts;
    };
    expect(told({ name: "nightly", store })).toEqual(told({}));
  });
});

test("nothing that the run does later changes a snapshot", () => {
  check((script) => {
    const taken: (readonly [Snapshot, string])[] = [];
    run(script, { budget: { toolCalls: 20, alertAt: 0.5 } }, (breaker) => {
      const snapshot = breaker.snapshot();
      taken.push([snapshot, JSON.stringify(snapshot)]);
    });
    for (const [snapshot, before] of taken) expect(JSON.stringify(snapshot)).toBe(before);
  });
});
