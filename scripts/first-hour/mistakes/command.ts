import type { Mistakes } from "./mistake.ts";

export const command: Mistakes = {
  of: "@guard/cli",
  begin: `import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
writeFileSync("empty.jsonl", "");
const guard = (...args) => {
  const { stdout, stderr } = spawnSync("node_modules/.bin/guard", args, { encoding: "utf8", shell: true });
  console.error(stderr + stdout);
};
`,
  mistakes: [
    {
      title: "a file that does not exist",
      code: `guard("replay", "missing.jsonl");`,
      must: /missing\.jsonl/,
    },
    {
      title: "a preset misspelt",
      code: `guard("replay", "empty.jsonl", "--preset", "strickt");`,
      must: /strict.*balanced|balanced.*strict/,
    },
    {
      title: "a command misspelt",
      code: `guard("reply", "empty.jsonl");`,
      must: /replay/,
    },
    {
      title: "a file without runs",
      code: `guard("replay", "empty.jsonl");`,
      must: /no run|0 runs/i,
    },
  ],
};
