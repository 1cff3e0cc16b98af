// A manager asks several agents in turn; another manager asks the same agents the same question for ever.
import type { RecordedEvent } from "@guard/core/replay";
import { again, by, call, hands, letters, suite, times, turnOf } from "./suite.ts";

const experts = [
  "lawyer",
  "chemist",
  "engineer",
  "economist",
  "doctor",
  "pilot",
  "farmer",
  "nurse",
  "baker",
];
const question = "Should the town build the bridge? Give your view in three sentences.";
const asks = (names: readonly string[], task: string, more = {}) =>
  names.map((name) => hands("chair", name, task, more));
const subjects = [
  "the intro",
  "the figures",
  "the outlook",
  "the sources",
  "the summary",
  "the cover",
];

/** Three agents that hand on work in a ring. */
const ring = (
  tasks: (round: number) => readonly [string, string, string],
  rounds: number,
): RecordedEvent[] =>
  times(rounds, (i) => {
    const [draft, check, polish] = tasks(i);
    return [
      hands("writer", "checker", draft),
      hands("checker", "stylist", check),
      hands("stylist", "writer", polish),
    ];
  });

export const panels = suite(
  "panels and rotations",
  {
    "five experts": asks(experts.slice(0, 5), question),
    "nine experts in one answer": asks(experts, question, { round: 1 }),
    "nine experts one by one, with answers": experts.map((name) =>
      hands("chair", name, question, { result: `The ${name} says: ${letters(name.length, 30)}` }),
    ),
    "a ring with new work": ring(
      (i) => [`draft ${subjects[i]}`, `check ${subjects[i]}`, `polish ${subjects[i]}`],
      6,
    ),
    "a debate": times(5, (i) => [
      hands("chair", "pro", "Answer your opponent.", { result: `pro ${letters(i, 40)}` }),
      hands("chair", "contra", "Answer your opponent.", {
        result: `contra ${letters(i + 50, 40)}`,
      }),
    ]),
    "a group chat": times(12, (i) =>
      hands("selector", turnOf(["coder", "tester", "writer"], i), `Your turn: ${letters(i, 20)}`),
    ),
    "five solvers vote": times(5, (i) =>
      hands(
        "vote",
        `solver-${i + 1}`,
        "What is the smallest prime above 1000? Answer with the number.",
        { result: "1009" },
      ),
    ),
    "two questions, one panel": [
      ...asks(experts.slice(0, 4), question),
      ...asks(experts.slice(0, 4), "And who should pay for it?"),
    ],
    "revisions by the critique": times(5, (i) => [
      hands("lead", "author", "Revise the draft by the critique.", {
        result: `Draft ${i + 2}: ${letters(i, 60)}`,
      }),
      hands("lead", "critic", "Criticise the draft.", {
        result: `Critique ${i + 1}: ${letters(i + 30, 60)}`,
      }),
    ]),
    "judges for each candidate": times(6, (candidate) =>
      ["ada", "bo", "cy"].map((judge) =>
        hands("jury", judge, `Rate candidate ${"ABCDEF"[candidate]} from 1 to 10.`, {
          result: `${((candidate * 3) % 9) + 1}`,
        }),
      ),
    ),
    "a case that climbs": [
      hands("triage", "first level", "Customer 88 can't log in.", { result: "needs more rights" }),
      hands("triage", "second level", "Customer 88 can't log in.", {
        result: "solved: account unlocked",
      }),
    ],
    "a release in twelve languages": "de fr es it pt nl pl cs sv da fi el"
      .split(" ")
      .map((language) =>
        hands(
          "press",
          `translator-${language}`,
          "Translate the press release into your language.",
          { result: letters(language.codePointAt(1)!, 50) },
        ),
      ),
    "shifts with work in between": times(6, (i) => [
      hands(
        turnOf(["early", "late", "night"], i),
        turnOf(["late", "night", "early"], i),
        "Take over the shift.",
      ),
      ...by(turnOf(["late", "night", "early"], i), [
        call("read_alerts", { since: i }, letters(i, 20)),
        call("close_alert", { id: i }, "closed"),
      ]),
    ]),
  },
  {
    "one expert, one question": [
      7,
      again(14, hands("chair", "lawyer", question, { result: "It depends." })),
    ],
    "three experts, the same answers": [
      12,
      times(18, (i) =>
        hands("chair", experts[i % 3]!, question, { result: `${experts[i % 3]}: it depends.` }),
      ),
    ],
    "a task that everyone rejects": [
      8,
      times(14, (i) =>
        hands("boss", `clerk-${i}`, "Close the account of customer 3.", {
          error: true,
          result: "not allowed",
        }),
      ),
    ],
    "a task that everyone rejects, told as a result": [
      8,
      times(14, (i) =>
        hands("boss", `clerk-${i}`, "Close the account of customer 3.", {
          result: { ok: false, message: "not allowed" },
        }),
      ),
    ],
    "a debate of one argument": [
      12,
      times(12, () =>
        ["pro", "contra"].map((side) =>
          hands("chair", side, "Answer your opponent.", { result: `${side}: I have said it all.` }),
        ),
      ),
    ],
    "after you": [
      10,
      times(14, () => [
        hands("left", "right", "Please begin."),
        hands("right", "left", "No, please begin yourself."),
      ]),
    ],
    "a draft that never changes": [
      12,
      times(12, () => [
        hands("lead", "author", "Revise the draft by the critique.", {
          result: "Draft: The bridge is needed.",
        }),
        hands("lead", "critic", "Criticise the draft.", { result: "Too short." }),
      ]),
    ],
    "a ring without new work": [
      14,
      ring(() => ["draft the intro", "check the intro", "polish the intro"], 10),
    ],
    "votes for ever": [
      14,
      times(30, (i) =>
        hands("vote", `solver-${(i % 3) + 1}`, "What is 17 × 23?", { result: "391" }),
      ),
    ],
    "up and down the desk": [
      12,
      times(12, () => [
        hands("first level", "second level", "Customer 88 can't log in.", {
          result: "belongs to the first level",
        }),
        hands("second level", "first level", "Customer 88 can't log in.", {
          result: "belongs to the second level",
        }),
      ]),
    ],
    "a plan that fails alike": [
      16,
      times(12, () => [
        hands("planner", "executor", "Run step 3 of the plan."),
        ...by("executor", [
          call("run_step", { step: 3 }, "Error: file is locked", { error: true }),
        ]),
      ]),
    ],
    "one task id, ever other clerks": [
      8,
      times(14, (i) =>
        hands("boss", `clerk-${i}`, `Have a look at this, ${letters(i, 6)}.`, {
          taskId: "t1",
          error: true,
          result: "rejected",
        }),
      ),
    ],
  },
);
