import { counted } from "../counted.ts";
import { printable } from "../printable.ts";
import type { Calibration } from "./calibrate.ts";

/** The longest text from a recording in a comment. */
const longestNote = 100;

/** The proposed options as a module to paste, each with the figures that it comes from. */
export function renderConfig({ runs, honest, budget, tools }: Calibration): string {
  const limits = budget.map(
    ({ figure, limit, because }) => `    ${figure}: ${limit}, // ${because}\n`,
  );
  const declared = tools.flatMap(({ tool, policy, thresholds = {}, because, runs: shown }) => {
    const rungs = Object.entries(thresholds).map(
      ([rule, ladder]) => `${keyOf(rule)}: ${literal(ladder)}`,
    );
    const fields = [
      ...(policy === undefined ? [] : [`policy: ${JSON.stringify(policy)}`]),
      ...(rungs.length === 0 ? [] : [`thresholds: { ${rungs.join(", ")} }`]),
    ];
    return [
      `    // ${printable(because, longestNote)} (${counted(shown, "run")})\n`,
      `    ${keyOf(tool)}: { ${fields.join(", ")} },\n`,
    ];
  });
  return [
    'import type { GuardOptions } from "@guard/core";\n\n',
    `// From guard calibrate: ${counted(runs, "run")}, ${honest} of them honest.\n`,
    "export default {\n",
    ...group("budget", limits),
    ...group("tools", declared),
    "} satisfies GuardOptions;\n",
  ].join("");
}

/** A group of options, if it has any. */
function group(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${name}: {\n`, ...lines, "  },\n"];
}

/** An object of plain values as code. */
function literal(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${keyOf(name)}: ${literal(field)}`);
  return `{ ${fields.join(", ")} }`;
}

/** A name as a key of an object, in ASCII: models invent names of tools. */
function keyOf(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return name;
  return JSON.stringify(name).replaceAll(
    /[^ -~]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
