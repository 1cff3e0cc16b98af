import { defaultTexts, findCircuitOpen, type Texts } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import { ask, done, found, repeated, same } from "./conversations.ts";
import { can, type AdapterHarness } from "./harness.ts";
import { findingsOf, played } from "./played.ts";

/** The model reads warnings and refusals, if the framework allows it. */
export function telling({ test, expect }: TestRunner, harness: AdapterHarness): void {
  const thrice = repeated(3, [ask("a")]);
  const fourTimes = repeated(4, [ask("a")]);

  test("warned: the call runs, and the warning is an event", async () => {
    const { run, events } = await played(harness, thrice);
    expect(events.map(({ type }) => type)).toEqual(["warn"]);
    expect([run.modelCalls, run.toolRuns, run.text]).toEqual([4, 3, done]);
    expect(run.read[2]).toContain(found("a"));
  });

  test("texts: the error of a stop speaks the user's language, and its message the developer's", async () => {
    const { run } = await played(harness, same, { texts: { stopped: () => "Arrêté." } });
    const stop = findCircuitOpen(run.error);
    expect([stop?.text, stop?.message.startsWith("guard stopped this run")]).toEqual([
      "Arrêté.",
      true,
    ]);
  });

  test("texts: the model reads notes and refusals in the user's language", async () => {
    const texts: Partial<Texts> = {
      warned: () => "Remarque.",
      refused: () => "Refusé.",
    };
    const { run } = await played(harness, fourTimes, { texts });
    if (can(harness, "warn")) expect(run.read[2]).toContain("Remarque.");
    if (can(harness, "refuseInPlace")) expect(run.read[3]).toContain("Refusé.");
    expect(run.read.some((text) => text.includes("Refused"))).toEqual(false);
  });

  if (can(harness, "warn")) {
    test("warned: the model reads the note with the result", async () => {
      const { run, events } = await played(harness, thrice);
      const [finding] = findingsOf(events, "warn");
      expect(run.read.slice(0, 2)).toEqual([found("a"), found("a")]);
      expect(run.read[2]).toContain(
        finding === undefined ? "a warning" : defaultTexts.warned(finding),
      );
    });
  } else {
    test("warned: the result is unchanged", async () => {
      const { run } = await played(harness, thrice);
      expect(run.read).toEqual([found("a"), found("a"), found("a")]);
    });
  }

  if (can(harness, "refuseInPlace")) {
    test("refused: the call does not run, the model reads why, and the run goes on", async () => {
      const { run, events } = await played(harness, fourTimes);
      expect(events.map(({ type }) => type)).toEqual(["warn", "block"]);
      expect([run.modelCalls, run.toolRuns, run.text]).toEqual([5, 3, done]);
      const [finding] = findingsOf(events, "block");
      expect(run.read[3]).toContain(
        finding === undefined ? "a refusal" : defaultTexts.refused(finding),
      );
    });
  } else {
    test("refused: the call runs and counts as refused, and the third refusal ends the run", async () => {
      const { run, events } = await played(harness, same);
      expect(events.map(({ type }) => type)).toEqual(["warn", "block", "block", "trip"]);
      expect([run.modelCalls, run.toolRuns]).toEqual([6, 5]);
      expect(findCircuitOpen(run.error)?.code).toBe("GUARD_CIRCUIT_OPEN");
    });
  }
}
