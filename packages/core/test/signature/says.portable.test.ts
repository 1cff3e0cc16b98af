import { describe, expect, test } from "vitest";
import {
  isAcknowledging,
  isEmpty,
  isNotFound,
  isPending,
  isRefusal,
  isTransient,
} from "../../src/signature/says.ts";

const questions = { isPending, isEmpty, isNotFound, isRefusal, isAcknowledging, isTransient };

type Question = keyof typeof questions;

/** Texts by what they say; each with a `|` between. */
const yes: Readonly<Record<Question, string>> = {
  isPending:
    'pending|running|{"state":"in_progress"}|in progress|queued|enqueued|Processing order 7|not ready|not yet|not yet done|not finished|still building|Waiting for a runner|starting|preparing|deploying to eu|please wait|SCHEDULED|web-1 0/1 ContainerCreating|{"State":{"Name":"shutting-down"},"status":"modifying"}|state: Verifying|Terminating|"stopping"',
  isEmpty:
    '|  |[]|{}|[ ]|""|null|None|undefined|0 results|0 rows returned|No results|no matches found|There are no records|Sorry, no items match|nothing found|Nothing was found for x',
  isNotFound:
    "404|Not Found|not_found|no such file or directory|the item does not exist|it doesn't exist|ENOENT: x|unknown id|sold out|no longer available",
  isRefusal:
    "Error: it broke|error|HTTP 500|status 403 for x|access denied|Forbidden|blocked by policy|invalid key|unauthorized|bash: foo: command not found|operation not permitted|connection refused|timed out|timeout",
  isAcknowledging:
    '|ok|OK.|okay|done|Done!|true|{}|null|None|{"ok":true}|{"status":"ok"}|{"success": true}|success|successfully updated|clicked|Clicked the button "Next"|Updated 1 row|Saved.|scrolled down|wrote 12 bytes',
  isTransient:
    "429|HTTP 503|529 overloaded|rate limit exceeded|RateLimitError|too many requests|temporarily unavailable|timed out|request timeout|try again later|ECONNRESET|ETIMEDOUT",
};

const no: Readonly<Record<Question, string>> = {
  isPending:
    'done|completed|stillness|stillborn|7|ready|finished|runner|{}|restarted|a notable day|{"status":"missing"}|Nothing|a string|{"status":"closed","by":"Irving"}',
  isEmpty:
    '0|[0]|{"a":1}|nullable|none of them is right, but the third has|10 results|No, I think so|false|x',
  isNotFound: "found|4040|found it|existing|ok",
  isRefusal: "ok|done|errors are listed below no more|404 not found|no such file|a validated form",
  isAcknowledging:
    '1|x|0|false|no|yes|12|{"rows":[1]}|the text of a file|okra|settled|done with it: here are the rows|truely|"ok" is what it says',
  isTransient: "denied|4290|no such file|a tomorrow|5030",
};

const rows = (texts: Readonly<Record<Question, string>>) =>
  Object.entries(texts).flatMap(([question, all]) =>
    all.split("|").map((said): [Question, string] => [question as Question, said]),
  );

describe("says so", () => {
  test.for(rows(yes))("%s: %o", ([question, said]) => {
    expect(questions[question](said)).toBe(true);
  });
});

describe("does not say so", () => {
  test.for(rows(no))("%s: %o", ([question, said]) => {
    expect(questions[question](said)).toBe(false);
  });
});

describe("a long text says nothing of the kind", () => {
  test.for<[Question, said: string, longest: number]>([
    ["isPending", "running ", 1_500],
    ["isEmpty", " ", 400],
    ["isNotFound", "404 ", 300],
    ["isRefusal", "error ", 100],
    ["isAcknowledging", "ok", 120],
  ])("%s", ([question, said, longest]) => {
    const padded = said.padEnd(longest);
    expect(questions[question](padded)).toBe(true);
    expect(questions[question](`${padded}${" ".repeat(400)}x`)).toBe(false);
  });
});

test.for(Object.keys(questions) as Question[])(
  "%s takes linear time",
  { timeout: 1_000 },
  (question) => {
    for (const unit of ["a", " ", "no ", "error ", "4", "not ", "[", "sent "]) {
      expect(questions[question](`${unit.repeat(200_000)}!`)).toEqual(expect.any(Boolean));
    }
  },
);
