import { attestationSentences, partsOf, type Part, type Table } from "./frame-parts.ts";
import type { Review } from "./reviews.ts";

/** How {@link renderFrame} writes a review. */
export type FrameFormat = "text" | "html" | "json";

/**
 * Writes a review for a terminal (`"text"`), for a browser (`"html"`, one page that loads nothing) or for a program
 * (`"json"`, one line). Names of agents, tools and sessions can't move the cursor of a terminal, and can't add HTML.
 *
 * @example
 * console.log(renderFrame(ledger.review("audit-7"), "text"));
 */
export function renderFrame(review: Review, format: FrameFormat): string {
  if (format === "json") return json(review);
  return format === "html" ? html(review) : text(review);
}

/** One line. In JSON an escape means the same as its character. */
function json(review: Review): string {
  return `${JSON.stringify(review).replaceAll(unseen, jsonEscape)}\n`;
}

function jsonEscape(character: string): string {
  const units = character.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return units.map((unit) => `\\u${unit}`).join("");
}

function text(review: Review): string {
  const { frame, hash } = review;
  const heading = [`Session ${printable(frame.session)}`, `frame   ${hash}`].join("\n");
  const end = ["Attestations", ...attestationSentences(review).map(bullet)].join("\n");
  return `${[heading, ...partsOf(review).map(textPart), end].join("\n\n")}\n`;
}

function textPart({ title, lines = [], table, sentences = [] }: Part): string {
  const labelled = lines.map(([label, said]) => `  ${label.padEnd(12)} ${printable(said)}`);
  const rows = table === undefined ? [] : textTable(table);
  return [title, ...labelled, ...rows, ...sentences.map(bullet)].join("\n");
}

const bullet = (sentence: string) => `  - ${printable(sentence)}`;

/** A line must fit on a terminal, so it has the first characters of a hash. The formats `"json"` and `"html"` have all of it. */
const hashOnTerminal = 12;

function textTable({ headings, rows }: Table): readonly string[] {
  const short = rows.map((row) => [...row.slice(0, -1), row.at(-1)!.slice(0, hashOnTerminal)]);
  const safe = [headings, ...short.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...safe.map((row) => row[column]!.length)));
  return safe.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd(),
  );
}

const style =
  "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:80rem}" +
  "table{border-collapse:collapse;font-size:13px}th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #ccc}" +
  "code,td:last-child{font-family:monospace;overflow-wrap:anywhere}dt{font-weight:600}";

function html(review: Review): string {
  const { frame, hash } = review;
  const title = escaped(`Session ${frame.session}`);
  const attested = attestationSentences(review).map((one) => `<li>${escaped(one)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<h1>${title}</h1>
<p>Frame <code>${hash}</code></p>
${partsOf(review).map(htmlPart).join("\n")}
<h2>Attestations</h2>
<ul>${attested.join("")}</ul>
</body>
</html>
`;
}

function htmlPart({ title, lines = [], table, sentences = [] }: Part): string {
  const labelled = lines.map(([label, said]) => `<dt>${label}</dt><dd>${escaped(said)}</dd>`);
  return [
    `<h2>${escaped(title)}</h2>`,
    ...(labelled.length > 0 ? [`<dl>${labelled.join("")}</dl>`] : []),
    ...(table === undefined ? [] : [htmlTable(table)]),
    ...(sentences.length > 0
      ? [`<ul>${sentences.map((one) => `<li>${escaped(one)}</li>`).join("")}</ul>`]
      : []),
  ].join("\n");
}

function htmlTable({ headings, rows }: Table): string {
  const body = rows.map((cells) => htmlRow(cells, "td")).join("\n");
  return `<table>\n<thead>${htmlRow(headings, "th")}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function htmlRow(cells: readonly string[], tag: "td" | "th"): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
}

const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Characters that move a cursor, turn the direction of a text, or hide in it become `?`. A new line becomes a blank. */
function printable(given: string): string {
  return given.replaceAll(/\s+/gu, " ").replaceAll(unseen, "?");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(given: string): string {
  return printable(given).replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
