// Time travel and forks, also at once in two processes: evidence and trip are those of the checkpoint, and
// money never goes down. What two runs spend at the same time they can only know from a store they share.
import { memoryStore, type GuardOptions } from "@guard/core";
import { MemorySaver } from "@langchain/langgraph";
import { use, type Answer } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { describe, expect, test } from "vitest";
import { question } from "./support/graphs.ts";
import { meeting } from "./support/waiting.ts";
import { checkpointsOf, configurable, startProcess, used } from "./support/threads.ts";

quietHandlerErrors();

const looping = () => [use()];
const reading = (turn: number) => [use(`file ${turn}`)];
const readingTwice = (turn: number): Answer => (turn < 3 ? [use(`host ${turn}`)] : "It is 8080.");

/** Five model calls: a thread that reads twice has made three of them. */
const limitOfRun = (): GuardOptions => ({ budget: { modelCalls: 5 } });
const limitOfSession = (): GuardOptions => ({
  store: memoryStore(),
  limits: { session: { modelCalls: 5 } },
  accounts: { session: configurable.thread_id },
});

/** A saver that keeps what a database for JSON keeps: text, with the keys in an order of its own. */
function jsonSaver(): MemorySaver {
  const saver = new MemorySaver();
  const { serde } = saver;
  saver.serde = {
    async dumpsTyped(value) {
      const [type, bytes] = await serde.dumpsTyped(value);
      const text = JSON.stringify(reversed(JSON.parse(new TextDecoder().decode(bytes))));
      return [type, new TextEncoder().encode(text)];
    },
    loadsTyped: (type, bytes) => serde.loadsTyped(type, bytes),
  };
  return saver;
}

/** The same JSON with the keys of its objects in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, inner]) => [key, reversed(inner)]));
}

/** Model calls and tool bodies of a process. */
const counts = ({ model, used: tool }: ReturnType<typeof startProcess>) => [
  model.callCount,
  tool.ran.length,
];

const savers = [
  { saver: "the memory saver", make: () => new MemorySaver() },
  { saver: "a saver of JSON", make: jsonSaver },
];

/** A fork: the same thread from one of its checkpoints on. */
const forkAt = (checkpoint: string | undefined) => ({
  configurable: { ...configurable, checkpoint_ns: "", checkpoint_id: checkpoint },
});

describe.each(savers)("$saver", ({ make }) => {
  /** A thread that has come to its end or was stopped, and processes that go on with forks of it. */
  async function thread(
    script: (turn: number) => Answer,
    forked: (turn: number) => Answer = script,
    options: GuardOptions = {},
  ) {
    const saver = make();
    const { graph } = startProcess(saver, script, options);
    await graph.invoke(question, { configurable });
    const bothAreThere = meeting(2);
    const together = async (q: string) => {
      await bothAreThere();
      return `${q} is there`;
    };
    return {
      ids: await checkpointsOf(graph),
      next: () => startProcess(saver, forked, options),
      /** Two processes: each gets its result only after the other has asked. */
      two: () => [1, 2].map(() => startProcess(saver, forked, options, together)),
    };
  }

  test.for([
    { from: "the input", at: 1, models: 3, bodies: 2 },
    { from: "the first answer", at: 2, models: 2, bodies: 2 },
    { from: "the first result", at: 3, models: 2, bodies: 1 },
    { from: "the second answer", at: 4, models: 1, bodies: 1 },
    { from: "the second result", at: 5, models: 1, bodies: 0 },
    { from: "the answer that trips", at: 6, models: 0, bodies: 0 },
  ])(
    "a fork from $from, in another process: $models answers and $bodies bodies until the trip",
    async ({ at, models, bodies }) => {
      const { ids, next } = await thread(looping);
      const process = next();
      const { guard } = await process.graph.invoke(null, forkAt(ids[at]));
      expect(counts(process)).toEqual([models, bodies]);
      expect(guard?.trip?.reason).toBe("loop");
      expect(used(guard)).toMatchObject({ modelCalls: 3 + models });
    },
  );

  test("a fork with a changed state has the evidence of its checkpoint, and keeps what was spent", async () => {
    const { ids, next } = await thread(looping);
    const fork = await next().graph.updateState(forkAt(ids[3]), { messages: [] }, "tools");
    const again = next();
    const { guard } = await again.graph.invoke(null, fork);
    expect(counts(again)).toEqual([2, 1]);
    expect(guard?.trip?.reason).toBe("loop");
    expect(used(guard)).toMatchObject({ modelCalls: 5 });
  });

  test("forks of forks: the thread's money is the sum of all forks, run one after another", async () => {
    const { ids, next } = await thread(looping);
    const spent: unknown[] = [];
    for (const id of [ids[3], ids[1], ids[5], ids[3]]) {
      const { guard } = await next().graph.invoke(null, forkAt(id));
      spent.push(used(guard)?.modelCalls);
    }
    expect(spent).toEqual([5, 8, 9, 11]);
  });

  describe("two forks at once, in two processes", () => {
    test("guard stops each by its own evidence, and each knows what the fork has spent", async () => {
      const { ids, two } = await thread(looping);
      const forks = two();
      const results = await Promise.all(
        forks.map(({ graph }) => graph.invoke(null, forkAt(ids[3]))),
      );
      expect(forks.map(counts)).toEqual([
        [2, 1],
        [2, 1],
      ]);
      for (const { guard } of results) {
        expect(guard?.trip).toMatchObject({ reason: "loop", finding: { tool: "use" } });
        expect(used(guard)).toMatchObject({ modelCalls: 5, toolCalls: 3 });
      }
    });

    const budgets = [
      { of: "the run: each spends what was left at the fork", together: 4, options: limitOfRun },
      {
        of: "a session, in a store that they share: never passed",
        together: 2,
        options: limitOfSession,
      },
    ];
    test.for(budgets)("a budget of $of", async ({ together, options }) => {
      const { ids, two, next } = await thread(readingTwice, reading, options());
      const forks = two();
      const results = await Promise.all(
        forks.map(({ graph }) => graph.invoke(null, forkAt(ids[3]))),
      );
      expect(results.map(({ guard }) => guard?.trip?.reason)).toEqual(["budget", "budget"]);
      expect(forks.reduce((sum, { model }) => sum + model.callCount, 0)).toBe(together);

      const after = next();
      await after.graph.invoke(null, forkAt(ids[3]));
      expect(after.model.callCount).toBe(0);
    });
  });
});
