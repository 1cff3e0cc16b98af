// Packs every public package as npm would publish it and uses the tarballs in a project of their own:
// publint, attw, then `import` and `require` of every entry point, a compilation against it, and the commands.
// Needs `npm run build` first. `npm run check:first-hour` does the same, and more.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProject } from "./packed/npm-project.ts";
import { pack } from "./packed/pack.ts";
import { useEntries } from "./packed/use-entries.ts";

const scratch = mkdtempSync(join(tmpdir(), "packages-"));
try {
  const tarballs = await pack(join(scratch, "tarballs"));
  const project = await createProject(join(scratch, "project"), tarballs);
  console.log(await useEntries(project));
} finally {
  rmSync(scratch, { recursive: true });
}
