import fc from "fast-check";
import { expect, test } from "vitest";
import { circuitSettings } from "../../src/failure/circuit-settings.ts";
import { newCircuit, stateAt } from "../../src/failure/circuit-state.ts";
import { readCircuitState } from "../../src/failure/circuit-shape.ts";
import { enterCircuit, type EnterToken } from "../../src/failure/enter-circuit.ts";
import { settleCircuit, type CallResult } from "../../src/failure/settle-circuit.ts";

const options = fc
  .record({
    failureThreshold: fc.integer({ min: 1, max: 4 }),
    recoveryTimeoutMs: fc.integer({ min: 0, max: 100 }),
    maxRecoveryTimeoutMs: fc.integer({ min: 100, max: 400 }),
    halfOpenMaxCalls: fc.integer({ min: 1, max: 3 }),
    successThreshold: fc.integer({ min: 1, max: 3 }),
    probeTimeoutMs: fc.integer({ min: 1, max: 200 }),
    window: fc.constantFrom({}, { windowCalls: 5 }, { windowMs: 60 }),
  })
  .map(({ window, ...rest }) => ({ ...rest, ...window }));

const step = fc.oneof(
  fc.record({ do: fc.constant("enter" as const) }),
  fc.record({
    do: fc.constant("end" as const),
    which: fc.nat(),
    result: fc.constantFrom<CallResult>("success", "failure", "ignored"),
  }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: -150, max: 300 }) }),
  fc.record({ do: fc.constant("restart" as const) }),
);

test("whatever calls, results, clocks and restarts do, the circuit keeps its promises", () => {
  fc.assert(
    fc.property(options, fc.array(step, { maxLength: 80 }), (given, steps) => {
      const settings = circuitSettings("c", given);
      const { cooldownMs, maxCooldownMs, leaseMs, probes } = settings.recovery;
      let state = newCircuit(settings.openRule);
      let now = 1_000_000;
      const running: EnterToken[] = [];
      for (const [index, what] of steps.entries()) {
        switch (what.do) {
          case "wait":
            now += what.ms;
            break;
          case "restart":
            // A state that was stored and read again is the same state.
            expect(readCircuitState(JSON.stringify(state))).toEqual(state);
            state = readCircuitState(JSON.stringify(state));
            break;
          case "enter": {
            const entry = enterCircuit(state, `lease-${index}`, now, settings);
            state = entry.state;
            if (entry.pass) {
              running.push(entry.token);
              break;
            }
            // A refusal says when to come back, and never later than the break or a probe's time.
            expect(entry.retryAfterMs).toBeGreaterThan(0);
            expect(entry.retryAfterMs).toBeLessThanOrEqual(
              Math.max(cooldownMs, maxCooldownMs, leaseMs),
            );
            break;
          }
          case "end": {
            const [token] = running.splice(what.which % Math.max(running.length, 1), 1);
            if (token === undefined) break;
            const before = state;
            const settled = settleCircuit(state, token, what.result, now, 0.5, settings);
            state = settled.state;
            // A late result, and an ignored one in a closed circuit, move nothing.
            if (!settled.applied) expect(state).toBe(before);
            if (what.result === "ignored") expect(state.phase.status).toBe(before.phase.status);
            // Only a success closes, and only a failure opens.
            const wasClosed = before.phase.status === "closed";
            const isClosed = state.phase.status === "closed";
            if (isClosed && !wasClosed) expect(what.result).toBe("success");
            if (wasClosed && !isClosed) expect(what.result).toBe("failure");
            expect(state.generation).toBeGreaterThanOrEqual(before.generation);
            break;
          }
        }
        const { phase } = state;
        if (phase.status === "half-open") {
          const live = phase.leases.filter(({ until }) => until > now);
          expect(live.length).toBeLessThanOrEqual(probes);
        }
        if (phase.status === "open") expect(phase.breakMs).toBeLessThanOrEqual(maxCooldownMs);
        expect(["closed", "open", "half-open"]).toContain(stateAt(state, now));
      }
      // Nothing holds it open for ever: after its break and a probe's time a call passes.
      now += 1_000_000;
      const last = enterCircuit(state, "last", now, settings);
      expect(last.pass).toBe(true);
    }),
    { numRuns: 500 },
  );
});
