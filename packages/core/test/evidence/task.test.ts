import { describe, expect, test } from "vitest";
import { isNear, taskFingerprint } from "../../src/evidence/task.ts";

describe("a task that says nothing has no print", () => {
  test.for([[undefined], [null], [""], ["  \n"], [{}], [[]], ["to the of and"], ["…!?"]] as const)(
    "%j",
    ([task]) => {
      expect(taskFingerprint(task)).toBeUndefined();
    },
  );
});

const template =
  "Write the chapter about Rome for the travel guide: two pages, a map, three places to eat, prices in euros, and no more than five photos";

const near: readonly (readonly [shows: string, a: unknown, b: unknown])[] = [
  ["the same", "Fix the login page", "Fix the login page"],
  ["case, marks and spaces", "Fix the login page", "  fix the LOGIN page!! "],
  ["small words", "Fix the login page", "Please fix login page for you"],
  [
    "one word more in ten",
    "one two three four five six seven eight nine ten",
    "one two three four five six seven eight nine ten again",
  ],
  [
    "objects, whatever the order of their fields",
    { city: "Rome", days: 3 },
    { days: 3, city: "Rome" },
  ],
  ["a long text with three words more", template, `${template} again, hurry up`],
  ["other letters for the same", "Ｆｉｘ the café", "fix the café"],
];

const far: readonly (readonly [shows: string, a: unknown, b: unknown])[] = [
  ["other words", "Fix the login page", "Draw a chart of sales"],
  ["half of the words", "Fix login page today", "Fix login form tomorrow"],
  ["the next item of a list", template, template.replace("Rome", "Paris")],
  ["an item of two words", template, template.replace("Rome", "Paris").replace("two", "four")],
  ["another number", "Summarise chapter 3 of the book", "Summarise chapter 4 of the book"],
  ["another path", "Review src/evidence/task.ts for bugs", "Review src/rules/text.ts for bugs"],
  ["a part of it", "Fix the login page, then the search page and its tests", "Fix the login page"],
  ["nothing and something", "", "Fix the login page"],
  ["nothing and nothing", "", ""],
];

describe("near", () => {
  test.for(near)("%s", ([, a, b]) => {
    expect([
      isNear(taskFingerprint(a), taskFingerprint(b)),
      isNear(taskFingerprint(b), taskFingerprint(a)),
    ]).toEqual([true, true]);
  });
});

describe("not near", () => {
  test.for(far)("%s", ([, a, b]) => {
    expect([
      isNear(taskFingerprint(a), taskFingerprint(b)),
      isNear(taskFingerprint(b), taskFingerprint(a)),
    ]).toEqual([false, false]);
  });
});

test("a print holds hashes and no words, and is bounded", () => {
  const print = taskFingerprint(
    Array.from({ length: 5_000 }, (_, index) => `secret${index}`).join(" "),
  )!;
  expect(print.words).toHaveLength(200);
  expect(JSON.stringify(print)).not.toContain("secret");
});
