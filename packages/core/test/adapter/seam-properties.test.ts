// What holds at the seam, whatever a run does.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { runsOf, type ShownMessage } from "../../src/adapter/index.ts";
import { ruleNames, type Outcome } from "../../src/vocabulary/call.ts";
import { fixture } from "../support/breakers.ts";
import { call, Chat, other, result, user } from "../support/seam.ts";

/** What the model does next: it asks for a tool, or says something. */
interface Next {
  readonly tool: string;
  readonly args: string;
  readonly outcome: Outcome;
  /** Whether a tool ran, or only the next request shows what came of the call. */
  readonly ran: boolean;
  readonly says: string | undefined;
  /** What is put at the end of the request before. */
  readonly inserted: Inserted | undefined;
}

interface Inserted {
  readonly message: ShownMessage;
  /** Whether it stays in later requests. */
  readonly stays: boolean;
}

const words = fc.constantFrom("go on", "Find the port.", "It is 9:00.", "the port is eighty", "");

const inserted: fc.Arbitrary<Inserted> = fc.record({
  message: fc.oneof(words.map(user), words.map(other)),
  stays: fc.boolean(),
});

const next: fc.Arbitrary<Next> = fc.record({
  tool: fc.constantFrom("search", "use", "get_build", "wait", "edit_file", "send_mail", "click"),
  args: fc.constantFrom("x", "y"),
  outcome: fc.constantFrom<Outcome>(
    { status: "success", result: "same" },
    { status: "success", result: "other" },
    { status: "success", result: "running" },
    { status: "success", result: [] },
    { status: "failure", error: "denied" },
  ),
  ran: fc.boolean(),
  says: fc.option(fc.constantFrom("the port is eighty", "done", ""), { nil: undefined, freq: 4 }),
  inserted: fc.option(inserted, { nil: undefined, freq: 2 }),
});

/** Runs that go round in a few moves; what is inserted is other each time. */
const script: fc.Arbitrary<readonly Next[]> = fc
  .array(next, { minLength: 1, maxLength: 3 })
  .chain((few) =>
    fc.array(
      fc.record({
        one: fc.constantFrom(...few),
        inserted: fc.option(inserted, { nil: undefined }),
      }),
      { maxLength: 30, size: "max" },
    ),
  )
  .map((steps) => steps.map(({ one, inserted: put }) => ({ ...one, inserted: put })));

let roots = 0;

async function move(chat: Chat, { tool, args, outcome, ran, says }: Next): Promise<string> {
  if (says !== undefined) return chat.says(says);
  const one = call(args, tool);
  if (ran) return chat.makes([one], () => outcome);
  const verdict = await chat.gives(one);
  chat.say(result(one.id!, outcome));
  return verdict;
}

/** All verdicts of a run, and all that the breaker tells. */
async function played(run: readonly Next[], isReported: boolean, inserts: boolean) {
  const { breaker, events } = fixture({ warnings: false });
  const agent = runsOf(breaker)
    .run(`property ${(roots += 1)}`, { isReported })
    .agent("a");
  const chat = new Chat(agent);
  const told: string[] = [];
  let isMidRun = true;
  for (const step of run) {
    const put = inserts && (isReported || isMidRun) ? step.inserted : undefined;
    if (put !== undefined) chat.say(put.message);
    told.push(await move(chat, step));
    if (put?.stays === false) chat.messages.splice(chat.messages.indexOf(put.message), 1);
    // After a final answer a message of the user is a turn, where nothing reports runs.
    isMidRun = step.says === undefined;
  }
  const findings = events.map((event) => [
    event.type,
    ...("finding" in event ? [event.finding.rule, event.finding.count] : []),
  ]);
  return { told, findings };
}

test.for([{ isReported: true }, { isReported: false }])(
  "text that a framework adds to requests in mid-run changes nothing: reported $isReported",
  async ({ isReported }) => {
    await fc.assert(
      fc.asyncProperty(script, async (run) => {
        expect(await played(run, isReported, true)).toEqual(await played(run, isReported, false));
      }),
      { numRuns: 200 },
    );
  },
);

/** All rules, and none of them stops the run: its latch is everybody's. */
const neverOpen = Object.fromEntries(ruleNames.map((rule) => [rule, { open: false }]));

/** The verdicts of two conversations of one agent that take turns like this; each asks for things of its own. */
async function alternating(
  first: readonly Next[],
  second: readonly Next[],
  isFirsts: readonly boolean[],
) {
  const { breaker } = fixture({ warnings: false, rules: neverOpen });
  const agent = runsOf(breaker)
    .run(`property ${(roots += 1)}`)
    .agent("a");
  const chats = [first, second].map((run, n) => ({
    chat: new Chat(agent, [user(`Question ${n}`)], { tools: () => [`tools of ${n}`] }),
    todo: run.map((step) => ({ ...step, args: `${step.args}${n}`, says: undefined })),
    told: [] as string[],
  }));
  const makeNext = async ({ chat, todo, told }: (typeof chats)[number]) => {
    const step = todo.shift();
    if (step !== undefined) told.push(await move(chat, step));
  };
  for (const isFirst of isFirsts) await makeNext(chats[isFirst ? 0 : 1]!);
  for (const one of chats) while (one.todo.length > 0) await makeNext(one);
  return chats.map(({ told }) => told.join(""));
}

/** Without what changes the world, which lanes know together. */
const harmless = (run: readonly Next[]) =>
  run.filter(({ tool }) => tool !== "edit_file" && tool !== "send_mail");

test("guard judges independent questions as if each were alone, in any order", async () => {
  await fc.assert(
    fc.asyncProperty(
      script,
      script,
      fc.array(fc.boolean(), { maxLength: 60, size: "max" }),
      async (a, b, turns) => {
        const [one, two] = [harmless(a), harmless(b)];
        const [alone] = await alternating(one, [], []);
        const [, second] = await alternating([], two, []);
        expect(await alternating(one, two, turns)).toEqual([alone, second]);
      },
    ),
    { numRuns: 100 },
  );
});
