import { expect, test } from "vitest";
import { faultsIn } from "./faults-in.ts";

const report = (lines: readonly string[]) =>
  `# Title\n\n\`\`\`ts\n\n${lines.join("\n")}\n\n\`\`\`\n`;

test.for([
  {
    title: "a documented function has no fault",
    lines: ["// @public", "export function stop(why: string): void;"],
    faults: [],
  },
  {
    title: "an export without a docstring",
    lines: ["// @public (undocumented)", "export const presets: Presets;"],
    faults: ["@guard/core: presets has no docstring"],
  },
  {
    title: "an option without a docstring",
    lines: [
      "// @public",
      "export interface StopOptions {",
      "    // (undocumented)",
      "    readonly by: string;",
      "}",
    ],
    faults: ["@guard/core: StopOptions.by has no docstring"],
  },
  {
    title: "a field of data needs no docstring",
    lines: [
      "// @public",
      "export interface Stop {",
      "    // (undocumented)",
      "    readonly by: string;",
      "}",
    ],
    faults: [],
  },
  {
    title: "the type `any`, but not the word in a text",
    lines: [
      "// @public",
      'export type Kind = "any" | "one";',
      "// @public",
      "export function read(value: any): void;",
    ],
    faults: ["@guard/core: read has the type `any`"],
  },
  {
    title: "a member with a leading underscore",
    lines: ["// @public", "export class Lane {", "    readonly _state: string;", "}"],
    faults: ["@guard/core: Lane._state begins with an underscore"],
  },
  {
    title: "an internal export",
    lines: ["// @internal", "export function peek(): void;"],
    faults: ["@guard/core: peek is internal"],
  },
])("$title", ({ lines, faults }) => {
  expect(faultsIn("@guard/core", report(lines))).toEqual(faults);
});
