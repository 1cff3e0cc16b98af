import { describe, expect, test } from "vitest";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { fewFor } from "../../src/few.ts";
import { frameworks } from "../../src/frameworks/index.ts";
import { play } from "../../src/row.ts";

/** The few combinations of a framework that cover all pairs: nothing runs after the trip, and it is seen. */
export function rowsHold(name: string): void {
  quietHandlerErrors();

  describe(name, async () => {
    const entry = frameworks.find((known) => known.name === name)!;
    const framework = await entry.load();
    const head = { adapter: entry.adapter, framework: name, version: "newest" };
    const played = fewFor(framework).filter((one) => framework.missing(one) === undefined);

    test.for(played)("$way, $trip, $exit, $preset", async (combination) => {
      const { row, faults } = await play(framework, head, combination);
      expect(faults).toEqual([]);
      expect(row).toMatchObject({ modelCallsAfter: 0, toolRunsAfter: 0, surfaced: true });
    });
  });
}
