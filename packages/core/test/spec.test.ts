import { describe, expect, test } from "vitest";
import { checkSpec, OptionsError, type Spec } from "../src/index.ts";

const good: Spec = {
  does: "audits one page for missing titles",
  doesNot: "change the page or follow its links",
  done: "the report names every missing title",
};

test("a spec keeps the three answers, without blanks around them", () => {
  expect(checkSpec({ ...good, does: `  ${good.does}\n` })).toEqual(good);
});

describe("a spec refuses", () => {
  test.for([
    ["an empty third answer", { done: "" }, /^spec\.done: is empty \(say what done looks like/],
    ["a third answer of blanks", { done: " \n\t " }, /^spec\.done: is empty/],
    ["a third answer of punctuation", { done: "… !!! --- ??? . ." }, /^spec\.done: is empty/],
    ["four words", { done: "the report is good" }, /^spec\.done: .* 5 words or more, received 4/],
    ["one word five times over hyphens", { done: "done - - - -" }, /received 1/],
    ["the first answer again", { done: good.does }, /^spec\.done: repeats spec\.does\./],
    ["the second answer again", { done: good.doesNot }, /^spec\.done: repeats spec\.doesNot/],
    [
      "the first answer in capitals, with other blanks and marks",
      { done: "  AUDITS one page,  for missing\ntitles!! " },
      /^spec\.done: repeats spec\.does\./,
    ],
    [
      "the first answer in full-width letters",
      { done: "ａｕｄｉｔｓ one page for missing titles" },
      /^spec\.done: repeats spec\.does\./,
    ],
    ["an empty first answer", { does: "" }, /^spec\.does: is empty$/],
    ["an empty second answer", { doesNot: "" }, /^spec\.doesNot: is empty$/],
  ] as const)("%s", ([, changed, fault]) => {
    const check = () => checkSpec({ ...good, ...changed });
    expect(check).toThrow(OptionsError);
    expect(check).toThrow(fault);
  });

  test("answers that are no texts, each with its path", () => {
    expect(() => checkSpec({ done: 5 } as unknown as Spec)).toThrow(
      "spec.does: expected a text; spec.doesNot: expected a text; spec.done: expected a text",
    );
  });
});

test.for([
  ["exactly five words", "the report names every title"],
  ["a language that writes no blanks", "报告列出每一个缺失的标题"],
  ["words that another answer holds among others", `${good.does} and reports them`],
])("a spec takes %s", ([, done]) => {
  expect(checkSpec({ ...good, done: done! }).done).toBe(done);
});
