import { describe, expect, test } from "vitest";
import { frameHash, frameOf } from "../src/frame.ts";
import { renderFrame } from "../src/render-frame.ts";
import type { Review } from "../src/reviews.ts";
import { decision, modelCall, rowsOf, settlement, spec, trip, whole } from "./support/session.ts";

const reviewOf = (
  entries: Parameters<typeof rowsOf>[0],
  { session = "audit-7", ...around }: Partial<Review> & { readonly session?: string } = {},
): Review => {
  const frame = frameOf(session, rowsOf(entries));
  return { frame, hash: frameHash(frame), attestations: [], uncovered: 0, ...around };
};

test("a terminal shows the five parts", () => {
  const at = Date.UTC(2026, 10, 30);
  const entries = [spec, ...modelCall("m1"), decision("t1"), settlement("t1"), trip()];
  const review = reviewOf(entries, { uncovered: 5 });
  const { hash } = review;
  const attestations = [
    { session: "audit-7", frame: "other", reviewer: "Ada", at },
    { session: "audit-7", frame: hash, reviewer: "Grace", notes: "read every row", at },
  ];
  const text = renderFrame({ ...review, attestations }, "text");
  expect(text.replace(hash, "HASH")).toMatchInlineSnapshot(`
    "Session audit-7
    frame   HASH

    1. The promise
      does         audits one page for missing titles
      does not     change the page

    2. The acceptance criterion
      done         the report names every missing title

    3. The difference
      first input  in-m1
      last output  out-t1
      model calls  1
      tool calls   1
      tokens       120
      cost         0.003 USD
      breach       loop (row 6)

    4. The evidence: 5 rows
      row  time                      run    entry       agent    tool        verdict  status   hash
      2    2026-11-29T12:00:00.000Z  run-1  decision    auditor  gpt-5-mini  allow             hash-2
      3    2026-11-29T12:00:00.000Z  run-1  settlement  auditor  gpt-5-mini           success  hash-3
      4    2026-11-29T12:00:00.000Z  run-1  decision    auditor  fetch_page  allow             hash-4
      5    2026-11-29T12:00:00.000Z  run-1  settlement  auditor  fetch_page           success  hash-5
      6    2026-11-29T12:00:00.000Z  run-1  trip                                               hash-6

    5. The unresolved assumptions
      - runs have no end yet (row 6)
      - no checkpoint covers 5 rows yet

    Attestations
      - Ada attested an older frame at 2026-11-30T00:00:00.000Z
      - Grace attested this frame at 2026-11-30T00:00:00.000Z: read every row
    "
  `);
});

test("a session without spec and rows is told as it is", () => {
  const text = renderFrame(reviewOf([]), "text");
  for (const line of [
    "does         (no spec)",
    "first input  (no hash)",
    "breach       none",
    "4. The evidence: 0 rows",
    "  - no spec says what done looks like",
    "  - No reviewer has attested this session.",
  ]) {
    expect(text).toContain(line);
  }
});

test("a line of the evidence fits on a terminal: it has the first characters of its hash", () => {
  const review = reviewOf([decision("t1")]);
  const [row] = review.frame.evidence;
  const hash = "0123456789abcdef".repeat(4);
  const frame = { ...review.frame, evidence: [{ ...row!, hash }] };
  const text = renderFrame({ ...review, frame }, "text");
  expect(text).toMatch(/ 0123456789ab\n/);
  expect(renderFrame({ ...review, frame }, "html")).toContain(hash);
});

test("a long list of rows is cut", () => {
  const calls = Array.from({ length: 25 }, (_, index) => decision(`t${index}`));
  expect(renderFrame(reviewOf(calls), "text")).toContain(
    "no result came back (rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 15 more)",
  );
});

test("JSON holds the frame, its hash and what stands around it", () => {
  const review = reviewOf(whole, { uncovered: 2 });
  expect(JSON.parse(renderFrame(review, "json"))).toEqual(review);
});

describe("hostile names", () => {
  const hostile = {
    HTML: `</td><script>alert("1")</script>'&`,
    "a terminal's sequence": "\u001B[2J\u009B31mred",
    "a text that turns its direction": "\u202Egnp.exe",
    "more lines": "a\nb\u2028c\r\nd",
  };

  test.for(Object.entries(hostile))("%s: no format lets it act", ([, name]) => {
    const entries = [
      { ...spec, session: name, done: name, does: name, doesNot: name } as typeof spec,
      decision("t1", { session: name, agent: name, tool: name, run: name }),
    ];
    const receipt = { session: name, frame: "x", reviewer: name, notes: name, at: 0 };
    const review = reviewOf(entries, { session: name, attestations: [receipt] });
    const plain = renderFrame(reviewOf(entries.slice(0, 0)), "html");
    const html = renderFrame(review, "html");
    expect(html).not.toContain("<script");
    expect(html.match(/['"]/g)).toEqual(plain.match(/['"]/g));
    for (const format of ["text", "html", "json"] as const) {
      const written = renderFrame(review, format);
      expect(written.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(written.split("\n").length).toBeLessThan(100);
    }
    expect(JSON.parse(renderFrame(review, "json"))).toEqual(review);
  });
});

test("a page shows the same five parts, and loads nothing", () => {
  const html = renderFrame(reviewOf(whole), "html");
  expect(html.match(/<h2>[^<]+/g)).toEqual([
    "<h2>1. The promise",
    "<h2>2. The acceptance criterion",
    "<h2>3. The difference",
    "<h2>4. The evidence: 7 rows",
    "<h2>5. The unresolved assumptions",
    "<h2>Attestations",
  ]);
  expect(html.match(/<tr>/g)).toHaveLength(8);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/https?:|src=|href=/);
});
