// Turns at the seam: what begins one, what goes on with one, and what one run leaves to the next.
import { describe, expect, test } from "vitest";
import {
  runsOf,
  type BreakerSource,
  type GuardedRun,
  type Shown,
} from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";
import { fixture, success } from "../support/breakers.ts";
import { answer, call, Chat, other, result, said, user } from "../support/seam.ts";

let roots = 0;

/** A run of its own under a source, reported by its framework. */
const runOn = (source: BreakerSource, options: { readonly isReported?: boolean } = {}) =>
  runsOf(source).run(`turn ${(roots += 1)}`, options);

const chatIn = (run: GuardedRun, messages?: readonly Parameters<Chat["say"]>[0][]) =>
  new Chat(run.agent("a"), messages);

const quiet: GuardOptions = { warnings: false };

describe("a run that its framework reports is a turn", () => {
  test("the next one begins anew, with the same words", async () => {
    const { breaker } = fixture(quiet);
    const one = runOn(breaker);
    const first = chatIn(one);
    expect([await first.asks("A", "A", "A"), await first.says("80")]).toEqual(["..w", "."]);
    await one.end();
    expect(await chatIn(runOn(breaker)).asks("A", "A", "A", "A")).toBe("..wb");
  });

  test.for<readonly [string, (chat: Chat) => unknown]>([
    ["a message of the user after a final answer", (chat) => chat.says("80")],
    ["the same words again", (chat) => chat.say(user("Find the port."))],
    ["a reflection", (chat) => chat.say(other("Think about what went wrong."))],
  ])("text never begins a turn: %s", async ([, happens]) => {
    const chat = chatIn(runOn(createRegistry(quiet)));
    expect(await chat.asks("A", "A", "A")).toBe("..w");
    await happens(chat);
    chat.say(user("And now?"));
    expect(await chat.asks("A")).toBe("b");
  });

  test.for<readonly [string, final: string | undefined, verdict: string]>([
    ["one that has given no final answer", undefined, "b"],
    ["not with one that has", "80", "."],
    ["an empty answer is not final", "", "b"],
  ])("a resume goes on with %s", async ([, final, verdict]) => {
    const { breaker } = fixture(quiet);
    const one = runOn(breaker);
    const chat = chatIn(one);
    await chat.asks("A", "A", "A");
    if (final !== undefined) await chat.says(final);
    await one.end();
    const two = runOn(breaker);
    two.isResumed = true;
    expect(await chatIn(two).asks("A")).toBe(verdict);
  });
});

/** Three rounds that a request shows: each asks for the same, and the same has come back. */
function rounds() {
  const calls = [call("A"), call("A"), call("A")];
  return calls.flatMap((one) => [answer(one), result(one.id!)]);
}

const handOff = () => call({ task: "Fix the login." }, "transfer_to_b");

describe("a run whose first request ends in results goes on with the turn that they belong to", () => {
  test.for<readonly [string, messages: readonly Parameters<Chat["say"]>[0][], verdicts: string]>([
    ["what it shows is taken in", [user("Find the port."), ...rounds()], "bbO"],
    ["but for what the user has asked before", [...rounds(), user("And now?")], "..w"],
    [
      "and for calls that show no result",
      [user("Find the port."), answer(call("A")), answer(call("A")), ...rounds().slice(0, 2)],
      ".wb",
    ],
    [
      "text in between parts nothing",
      [user("Find the port."), ...rounds().slice(0, 4), other("9:00"), ...rounds().slice(4)],
      "bbO",
    ],
  ])("%s", async ([, messages, verdicts]) => {
    const chat = chatIn(runOn(createRegistry(quiet)), messages);
    expect(await chat.asks("A", "A", "A")).toBe(verdicts);
  });

  test("hand-offs that it shows are hand-offs", async () => {
    const seen = chatIn(runOn(createRegistry(quiet)));
    let verdicts = "";
    for (let n = 0; n < 3; n += 1) verdicts += await seen.makes([handOff()]);
    const only = chatIn(runOn(createRegistry(quiet)), seen.messages);
    expect([verdicts, await seen.makes([handOff()]), await only.makes([handOff()])]).toEqual([
      "..w",
      "b",
      "b",
    ]);
  });

  test("it costs nothing here", async () => {
    const run = runOn(createRegistry({ ...quiet, tools: { use: { usd: 1 } } }));
    await chatIn(run, [user("Find the port."), ...rounds()]).says("80");
    expect(run.breaker.spending).toMatchObject({ usd: 0, toolCalls: 0, modelCalls: 1 });
  });

  test("a breaker that has seen it takes it in once", async () => {
    const { breaker } = fixture(quiet);
    const one = runOn(breaker);
    const chat = chatIn(one);
    expect(await chat.asks("A", "A")).toBe("..");
    await one.end();
    expect(await chatIn(runOn(breaker), chat.messages).asks("A", "A")).toBe("wb");
  });
});

/** What the model is asked and answers in a run that no framework reports, and what the next call then meets. */
type Told = readonly [shows: string, happens: (chat: Chat) => Promise<unknown>, verdict: string];

const told: readonly Told[] = [
  [
    "a message of the user after a final answer",
    async (chat) => {
      await chat.says("80");
      chat.say(user("Find the port."));
    },
    ".",
  ],
  [
    "one after an answer whose calls never come back: a structured output",
    async (chat) => {
      await chat.gives(call("80", "port"));
      chat.say(user("And now?"));
    },
    ".",
  ],
  [
    "none after an empty answer",
    async (chat) => {
      await chat.says(" ");
      chat.say(user("Go on."));
    },
    "b",
  ],
  ["none after calls: a nudge", async (chat) => void chat.say(user("Go on.")), "b"],
  ["none by what no user says", async (chat) => void chat.say(other("It is 9:00.")), "b"],
  [
    "none by what no user says after a final answer",
    async (chat) => {
      await chat.says("80");
      chat.say(other("It is 9:00."));
    },
    "b",
  ],
];

describe("where no framework reports runs a turn begins with", () => {
  test.for(told)("%s", async ([, happens, verdict]) => {
    const { breaker } = fixture(quiet);
    const chat = chatIn(runOn(breaker, { isReported: false }));
    expect(await chat.asks("A", "A", "A")).toBe("..w");
    await happens(chat);
    expect(await chat.asks("A")).toBe(verdict);
  });

  test("nothing that another agent writes", async () => {
    const { breaker } = fixture(quiet);
    const agent = runOn(breaker, { isReported: false }).agent("a");
    const inner: Partial<Shown> = { isInner: true };
    const chat = new Chat(agent, undefined, inner);
    expect(await chat.asks("A", "A", "A")).toBe("..w");
    await chat.says("80");
    chat.say(user("Not good enough."));
    expect(await chat.asks("A")).toBe("b");
  });
});

describe("after a stop, where no framework reports runs, a message of the user", () => {
  test.for<readonly [string, hasLastWords: boolean, verdict: string]>([
    ["begins a turn once the run has got its last words", true, "."],
    ["does not while it has none: a nudge", false, "O"],
  ])("%s", async ([, hasLastWords, verdict]) => {
    const { breaker } = fixture({ ...quiet, recovery: { cooldownMs: 0 } });
    const run = runOn(breaker, { isReported: false });
    const chat = chatIn(run);
    expect(await chat.asks("A", "A", "A", "A", "A", "A")).toBe("..wbbO");
    run.latch.answered = hasLastWords;
    chat.say(user("And now?"));
    expect(await chat.asks("B", "B")).toBe(verdict.repeat(2));
    expect(run.latch.answered).toBe(false);
  });
});

describe("a breaker that runs use at the same time", () => {
  test("keeps the turns of each", async () => {
    const { breaker } = fixture({ ...quiet, shared: true });
    const [ann, ben] = [chatIn(runOn(breaker)), chatIn(runOn(breaker))];
    expect([await ann.asks("A", "A"), await ben.asks("A", "A")]).toEqual(["..", ".."]);
    expect([await ann.asks("A"), await ben.asks("A")]).toEqual(["w", "w"]);
    expect(await chatIn(runOn(breaker)).asks("A"), "a run that begins").toBe(".");
    expect([await ann.asks("A"), await ben.asks("A")]).toEqual(["b", "b"]);
  });

  test("so it does for runs that share it by mistake", async () => {
    const { breaker } = fixture(quiet);
    const [one, two] = [runOn(breaker), runOn(breaker)];
    const [ann, ben] = [chatIn(one), chatIn(two)];
    expect([await ann.asks("A", "A", "A"), await ben.asks("A", "A")]).toEqual(["..w", ".."]);
  });
});

const grade = (): ToolCall => call({ fine: true }, "grade");
const question = [user("Is the answer fine?"), said("example"), user("The answer: 80.")];

describe("guard refuses nothing of graders with structured outputs", () => {
  test("twelve in parallel", async () => {
    const agent = runOn(createRegistry(quiet)).agent("grader");
    const graders = Array.from({ length: 12 }, () => new Chat(agent, question));
    const verdicts = await Promise.all(graders.map((grader) => grader.gives(grade())));
    expect(verdicts.join("")).toBe("............");
  });

  test("twelve in turn, each about another answer", async () => {
    const agent = runOn(createRegistry(quiet)).agent("grader");
    let verdicts = "";
    for (let n = 0; n < 12; n += 1) {
      verdicts += await new Chat(agent, [user(`The answer: ${n}.`)]).gives(grade());
    }
    expect(verdicts).toBe("............");
  });

  test("ten in turn: each quotes the agent's last answer", async () => {
    const agent = runOn(createRegistry(quiet)).agent("a");
    const writer = new Chat(agent, [user("Write a poem about the sea.")]);
    let verdicts = "";
    const seas = ["grey", "green", "wide", "old", "cold", "calm", "wild", "deep", "dark", "blue"];
    for (const sea of seas) {
      const poem = `The sea is ${sea}, and its waves are ${sea}er every day.`;
      verdicts += await writer.says(poem);
      const grader = new Chat(agent, [user(`Is it good?\n${poem}`)], { tools: () => ["grade"] });
      verdicts += await grader.gives(call({ fine: false }, "grade"));
      writer.say(user("Revise it."));
    }
    expect(verdicts).toBe(".".repeat(20));
  });

  test("twelve instances at once", async () => {
    const run = runOn(createRegistry(quiet));
    const graders = Array.from({ length: 12 }, (_, n) => new Chat(run.agent("grader", `${n}`)));
    const verdicts = await Promise.all(graders.map((grader) => grader.asks("A", "A")));
    // warned, since all ask for the same at once
    expect(verdicts).toEqual(graders.map(() => expect.stringMatching(/^[.w]{2}$/)));
  });
});

/** The mail that a run sends. */
const send = (chat: Chat) => chat.makes([call("hello", "send_mail")], () => success("sent"));

describe("a run leaves its effects in the world to the next run of its thread", () => {
  test.for<readonly [string, final: string | undefined, thread: string, verdict: string]>([
    ["after a run without a final answer", undefined, "ann", "b"],
    ["not after one with a final answer", "Sent.", "ann", "."],
    ["nor to another thread", undefined, "ben", "."],
  ])("%s", async ([, final, thread, verdict]) => {
    const registry = createRegistry(quiet);
    const one = runOn(registry);
    one.thread.keepIn("ann");
    const chat = chatIn(one);
    expect([await send(chat), await send(chat)]).toEqual([".", "w"]);
    if (final !== undefined) await chat.says(final);
    await one.end();
    const two = runOn(registry);
    two.thread.keepIn(thread);
    expect(await send(chatIn(two))).toBe(verdict);
  });

  test("a fork goes on from an older checkpoint, and takes nothing back", async () => {
    const registry = createRegistry(quiet);
    const one = runOn(registry);
    one.thread.keepIn("ann");
    const chat = chatIn(one);
    await chat.asks("A", "A");
    const checkpoint = one.record();
    expect([await chat.asks("A"), await send(chat), await send(chat)]).toEqual(["w", ".", "w"]);
    await one.end();
    const fork = runOn(registry);
    fork.thread.keepIn("ann");
    fork.thread.isRewound = true;
    fork.thread.restore(checkpoint);
    const forked = chatIn(fork);
    expect([await forked.asks("A"), await send(forked)]).toEqual(["w", "b"]);
  });
});
