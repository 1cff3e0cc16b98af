// Answers that sound alike after new work, and answers that say nothing new. A verdict on a run without calls counts as
// a verdict on call 1.
import { again, by, call, letters, says, suite, times, turnOf, user } from "./suite.ts";

const verse = "Row, row, row your boat, gently down the stream. ";
/** Six answers that repeat a text again and again. Each has another length. */
const chanted = (block: string) => times(6, (i) => says(block.repeat(150 + i)));
const modelFails = { type: "model", text: "503 overloaded", error: true } as const;

export const answers = suite(
  "answers",
  {
    "one sentence after each chapter": times(8, (i) => [
      call("write_file", { path: `ch${i}.md`, text: letters(i, 60) }, "ok"),
      says("The chapter is done. Shall I write the next one?"),
    ]),
    "done, in every turn": times(12, (i) => [
      user(`Rename ${letters(i, 4)}.`, { turn: i + 1 }),
      call("rename", { to: letters(i, 4) }, "ok", { turn: i + 1 }),
      says("Done.", { turn: i + 1 }),
    ]),
    "twelve graders": times(12, (i) => says("yes", { agent: `grader-${i}` })),
    "songs with their chorus": [
      user("Write me four songs."),
      ...times(4, (n) => says(times(3, (i) => `${letters(10 * n + i, 40)} ${verse}`).join("\n"))),
    ],
    "tables of dashes": [
      user("Show the four empty forms."),
      ...times(4, (n) =>
        says(times(25, (i) => `| ${letters(n, 3)} ${i + 1} | – | – |`).join("\n")),
      ),
    ],
    "matrices of zeros": [
      user("Give me four null matrices."),
      ...times(4, (n) =>
        says(JSON.stringify(times(12 + n, () => [Array.from({ length: 12 + n }, () => 0)]))),
      ),
    ],
    "code that repeats itself": [
      user("Unroll the loops."),
      ...times(4, (n) =>
        says(times(16, (i) => `${letters(n, 3)} += ${letters(n, 3)}Values[${i}];`).join("\n")),
      ),
    ],
    "noted, after each page": times(10, (i) => [
      ...by("reader", [call("read_page", { n: i }, letters(i, 50))]),
      says("Noted.", { agent: "reader" }),
    ]),
    "two agents that talk": times(20, (i) =>
      says(letters(i, 40), { agent: turnOf(["ann", "ben"], i) }),
    ),
    "two empty answers, then one": [says(""), says(""), says("Here is the report.")],
    "a provider that stumbles": times(6, (i) => [modelFails, modelFails, says(letters(i, 20))]),
    "approved, by each reviewer": times(10, (i) => says("Approved.", { agent: `reviewer-${i}` })),
    "the same question back after new looks": times(4, (i) => [
      call("get_room", { id: i }, { free: i % 2 === 0 }),
      says("Which room do you want?"),
    ]),
  },
  {
    "nothing, for ever": [1, again(60, says(""))],
    "blanks, for ever": [1, times(60, (i) => says(turnOf(["\n", " ", "\n\n"], i)))],
    "thank you, you are welcome": [
      1,
      times(40, (i) =>
        says(turnOf(["Thank you so much!", "You're welcome!"], i), {
          agent: turnOf(["ann", "ben"], i),
        }),
      ),
    ],
    "two wordings of one agent": [
      1,
      times(40, (i) => says(turnOf(["I am ready to help.", "How can I help you?"], i))),
    ],
    "three wordings": [
      1,
      times(60, (i) => says(turnOf(["Let me check.", "One moment.", "I'm on it."], i))),
    ],
    "a chant": [1, chanted("I will now begin. ")],
    一句咒语: [1, chanted("我现在开始写报告。")],
    "a chant without blanks": [1, chanted("เริ่มใหม่อีกครั้ง")],
    "a chant of signs": [1, chanted("🙏✨")],
    "a provider that is down": [1, again(40, modelFails)],
    excuses: [1, again(30, says("I apologize for the confusion. Let me try that again."))],
    "excuses with a number": [1, times(60, (i) => says(`I am still working on it (${i + 1}).`))],
    "the same look and answer": [
      12,
      times(30, () => [
        call("get_room", { id: 1 }, { free: false }),
        says("The room is taken. Let me look again."),
      ]),
    ],
  },
);
