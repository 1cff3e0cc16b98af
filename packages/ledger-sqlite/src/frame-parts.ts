import { assumptionTexts } from "./assumptions.ts";
import type { Difference, Frame } from "./frame.ts";
import type { Review } from "./reviews.ts";

/** A table of texts, with its headings. */
export interface Table {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One of the five parts as people read it: lines with a label each, or a table, or sentences. */
export interface Part {
  readonly title: string;
  readonly lines?: readonly (readonly [label: string, text: string])[];
  readonly table?: Table;
  readonly sentences?: readonly string[];
}

const noSpec = "(no spec)";
const headings = ["row", "time", "run", "entry", "agent", "tool", "verdict", "status", "hash"];

/** The five parts of a frame in the words that people read. */
export function partsOf({ frame, uncovered }: Review): readonly Part[] {
  const { promise, done, evidence } = frame;
  const rows = evidence.map((one) => [
    String(one.seq),
    one.time,
    one.run,
    one.type,
    one.agent ?? "",
    one.tool ?? "",
    one.verdict ?? "",
    one.status ?? "",
    one.hash,
  ]);
  return [
    {
      title: "1. The promise",
      lines: [
        ["does", promise?.does ?? noSpec],
        ["does not", promise?.doesNot ?? noSpec],
      ],
    },
    { title: "2. The acceptance criterion", lines: [["done", done ?? noSpec]] },
    { title: "3. The difference", lines: differenceLines(frame.difference) },
    { title: `4. The evidence: ${counted(evidence.length, "row")}`, table: { headings, rows } },
    { title: "5. The unresolved assumptions", sentences: assumptionSentences(frame, uncovered) },
  ];
}

/** Who has attested the session, a sentence each. */
export function attestationSentences({ hash, attestations }: Review): readonly string[] {
  if (attestations.length === 0) return ["No reviewer has attested this session."];
  return attestations.map(({ reviewer, at, notes, frame }) => {
    const which = frame === hash ? "this frame" : "an older frame";
    const said = notes === undefined ? "" : `: ${notes}`;
    return `${reviewer} attested ${which} at ${new Date(at).toISOString()}${said}`;
  });
}

function differenceLines(difference: Difference): readonly (readonly [string, string])[] {
  const { firstInput, lastOutput, modelCalls, toolCalls, tokens, nanoUsd, breaches } = difference;
  const breach = breaches.map(
    ({ seq, reason, observed }) => `${reason} (row ${seq}${observed ? ", only watched" : ""})`,
  );
  return [
    ["first input", firstInput ?? "(no hash)"],
    ["last output", lastOutput ?? "(no hash)"],
    ["model calls", modelCalls.toLocaleString("en-US")],
    ["tool calls", toolCalls.toLocaleString("en-US")],
    ["tokens", tokens.toLocaleString("en-US")],
    ["cost", `${(nanoUsd / 1e9).toLocaleString("en-US", { maximumFractionDigits: 9 })} USD`],
    ["breach", breach.length === 0 ? "none" : breach.join(", ")],
  ];
}

function assumptionSentences({ assumptions }: Frame, uncovered: number): readonly string[] {
  const sentences = assumptions.map(({ code, seqs }) =>
    seqs.length === 0
      ? assumptionTexts[code]
      : `${assumptionTexts[code]} (${seqs.length === 1 ? "row" : "rows"} ${listed(seqs)})`,
  );
  if (uncovered > 0) sentences.push(`no checkpoint covers ${counted(uncovered, "row")} yet`);
  return sentences.length === 0 ? ["none"] : sentences;
}

const mostListed = 10;

function listed(seqs: readonly number[]): string {
  const shown = seqs.slice(0, mostListed).join(", ");
  return seqs.length > mostListed ? `${shown} and ${seqs.length - mostListed} more` : shown;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : `${noun}s`}`;
}
