// Honest runs and their evil twins that only the seam sees, because it sees the requests: graders in turn and in
// parallel, and texts that a framework adds to requests in the middle of a run.
import { createBreaker, createRegistry, type GuardOptions, type ToolCall } from "@guard/core";
import { runsOf, type Agent, type Run, type ShownMessage } from "@guard/core/adapter";

/** Plays a run to its end or stop. Returns the model call at which guard refused or stopped. */
type SeamRun = (options: GuardOptions) => Promise<number | null>;

/** Runs of one kind. An evil run names the model call by which guard must stop it. */
export interface SeamSuite {
  readonly kind: string;
  readonly honest: readonly SeamRun[];
  readonly evil: readonly { readonly run: SeamRun; readonly stoppedBy: number }[];
}

const user = (text: string): ShownMessage => ({ role: "user", text: () => text });
const said = (text: string): ShownMessage => ({ role: "answer", text: () => text, calls: [] });

/** What a model answers: a text, or a call with its result; `undefined` for a call that is the answer. */
type Answer = string | readonly [tool: string, args: unknown, result: string | undefined];

/** A run in play. */
class Play {
  readonly run: Run;
  readonly agent: Agent;
  calls = 0;
  stoppedAt: number | null = null;
  #ids = 0;

  constructor(options: GuardOptions, isReported: boolean) {
    const source = isReported ? createRegistry(options) : createBreaker(options);
    const run = runsOf(source).run(crypto.randomUUID(), { isReported });
    this.run = run;
    this.agent = run.agent();
  }

  /** One request and its answer. Returns what the next request shows of it. */
  async step(messages: readonly ShownMessage[], answer: Answer): Promise<readonly ShownMessage[]> {
    this.calls += 1;
    const shown = { latest: () => messages.toReversed() };
    const { key, refused } = await this.agent.request({ kind: "model" }, shown);
    if (refused !== undefined) return this.#stopped();
    if (typeof answer === "string") {
      await this.agent.answered(key, { calls: [], text: answer });
      return [said(answer)];
    }
    const [tool, args, result] = answer;
    const call: ToolCall = { kind: "tool", id: `call_${(this.#ids += 1)}`, tool, args };
    const stop = await this.agent.answered(key, { calls: [call] });
    if (stop !== undefined) return this.#stopped();
    const asked: ShownMessage = { role: "answer", text: () => "", calls: [call] };
    if (result === undefined) return [asked];
    const start = await this.agent.start(call);
    if (start.refused !== undefined) this.#stopped();
    else await this.agent.end(start.key, { status: "success", result });
    const outcome = () => ({ status: "success", result }) as const;
    return [asked, { role: "result", id: call.id!, outcome }];
  }

  #stopped(): readonly ShownMessage[] {
    this.stoppedAt ??= this.calls;
    return [];
  }
}

const letters = (n: number) => String.fromCharCode(97 + (n % 26));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Questions that know nothing of each other, all at once or one after the other. */
function questions(
  count: number,
  ask: (n: number) => readonly [ShownMessage[], Answer],
  { atOnce = false, isReported = true } = {},
): SeamRun {
  return async (options) => {
    const play = new Play(options, isReported);
    const one = async (n: number) => {
      const [messages, answer] = ask(n);
      await play.step(messages, answer);
    };
    if (atOnce) await Promise.all(numbers(count).map(one));
    else for (const n of numbers(count)) await one(n);
    return play.stoppedAt;
  };
}

/** A conversation that goes on; `inserted` is shown at the end of one request and never again. */
function conversation(
  count: number,
  answerTo: (n: number) => Answer,
  inserted: (n: number) => readonly ShownMessage[] = () => [],
  { isReported = true } = {},
): SeamRun {
  return async (options) => {
    const play = new Play(options, isReported);
    const messages: ShownMessage[] = [user("Find the port.")];
    for (const n of numbers(count)) {
      messages.push(...(await play.step([...messages, ...inserted(n)], answerTo(n))));
    }
    return play.stoppedAt;
  };
}

const about = (n: number) => `Is document ${letters(n)} about refunds? Its text is number ${n}.`;
const yes = "yes";
const grade: Answer = ["grade", { score: "yes" }, undefined];
const grading: readonly ((n: number) => readonly [ShownMessage[], Answer])[] = [
  (n) => [[user(about(n))], yes],
  (n) => [[user(about(n)), user("Answer yes or no.")], yes],
  (n) => [[user("Say yes."), said(yes), user(about(n))], yes], // an example that reads like the answer
  (n) => [[user(about(n))], grade],
  (n) => [[user(about(n))], ["classify", { label: "ok" }, undefined]],
];
const same = (): readonly [ShownMessage[], Answer] => [[user("Is this about refunds?")], yes];
const vote = (): readonly [ShownMessage[], Answer] => [
  [user("Which one is best?")],
  "The third one is best.",
];
const looping = (): Answer => ["search", { q: "port" }, "no results"];
const working = (n: number): Answer => [
  "search",
  { q: `port ${letters(n)}` },
  `page ${letters(n)}`,
];

const insertions: readonly ((n: number) => readonly ShownMessage[])[] = [
  (n) => [user(`Now: 2026-11-29T10:00:${10 + n}Z`)],
  (n) => [user(`You are at step ${n} of 50.`)],
  () => [user("Files: a.md, b.md")],
  (n) => [user(n % 2 === 0 ? "Continue." : "Go on, please.")],
  (n) => [{ role: "other", text: () => `Reflection ${letters(n)}: think about it.` }],
];

export const seamSuites: readonly SeamSuite[] = [
  {
    kind: "graders in turn",
    honest: grading.flatMap((ask) =>
      [true, false].map((isReported) => questions(24, ask, { isReported })),
    ),
    // The same question, asked again at once for ever.
    evil: [same, vote, ...grading.slice(0, 3).map((ask) => () => ask(0))].flatMap((ask) =>
      [true, false].map((isReported) => ({
        run: questions(40, ask, { isReported }),
        stoppedBy: 16,
      })),
    ),
  },
  {
    kind: "graders in parallel",
    honest: grading.flatMap((ask) =>
      [true, false].map((isReported) => questions(24, ask, { isReported, atOnce: true })),
    ),
    evil: [6, 8, 10, 12, 14, 16, 20, 24, 30, 40].map((count) => ({
      run: conversation(count, looping),
      stoppedBy: 4,
    })),
  },
  {
    kind: "texts put into requests",
    honest: insertions.flatMap((inserted) =>
      [true, false].map((isReported) => conversation(20, working, inserted, { isReported })),
    ),
    evil: insertions.flatMap((inserted) =>
      [true, false].map((isReported) => ({
        run: conversation(20, looping, inserted, { isReported }),
        stoppedBy: 4,
      })),
    ),
  },
];
