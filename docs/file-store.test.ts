// The store that docs/cron-job.md shows keeps the contract of stores.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Store } from "@guard/core";
import { storeContract } from "@guard/testing";
import { describe, expect, test } from "vitest";
import { snippetsOf } from "./snippets.ts";

const out = join(import.meta.dirname, ".vitest", "file-store");
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { code } = snippetsOf("docs/cron-job.md").find(({ file }) => file.endsWith("file-store.ts"))!;
const module = join(out, "file-store.ts");
writeFileSync(module, code);

const { fileStore } = (await import(module)) as {
  readonly fileStore: (file: URL, clock: () => number) => Store;
};

let files = 0;
storeContract({ describe, test, expect }, "the store of docs/cron-job.md", (clock) =>
  fileStore(pathToFileURL(join(out, `${(files += 1)}.json`)), clock),
);
