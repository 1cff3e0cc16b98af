import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import { sqlite } from "@guard/ledger-sqlite";
import { onTestFinished } from "vitest";

/** What one start of a job has done. */
export interface Start {
  /** How often its tool ran. */
  readonly ran: number;
  /** Why guard stopped it. */
  readonly stop: string | undefined;
  /** Whether all balances are the sums of their entries. */
  readonly isAudited: boolean;
}

/** The file of a ledger in a folder of this test. */
export function ledgerPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "guard-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "ledger.db");
}

/** Starts the job `nightly`, which calls a tool again and again with the same arguments, over a file. */
export async function startJob(
  file: string,
  { calls = 10, ...options }: GuardOptions & { readonly calls?: number } = {},
): Promise<Start> {
  const { store, ledger } = sqlite(file);
  const hour = 3_600_000;
  const recovery = { cooldownMs: 12 * hour, maxCooldownMs: 48 * hour };
  const registry = createRegistry({ recovery, ...options, store, ledger });
  const lane = registry.breaker({ name: "nightly" }).agent("importer");
  let ran = 0;
  let stop: string | undefined;
  for (let call = 0; call < calls; call += 1) {
    await lane
      .run({ kind: "tool", tool: "search", args: { q: "SECRET" } }, () => {
        ran += 1;
        return "nothing";
      })
      .catch((error: unknown) => {
        stop = findCircuitOpen(error)?.reason;
      });
    if (stop !== undefined) break;
  }
  const { ok: isAudited } = await registry.ledger.audit();
  ledger.close();
  return { ran, stop, isAudited };
}
