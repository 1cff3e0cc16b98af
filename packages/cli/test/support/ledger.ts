import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry, findCircuitOpen, type Lane, type Usage } from "@guard/core";
import { sqlite } from "@guard/ledger-sqlite";
import { onTestFinished } from "vitest";

/** When the first run begins. */
const began = Date.UTC(2026, 10, 29, 8, 0, 0);

const usage: Usage = { inputTokens: 900, outputTokens: 100 };

/**
 * A ledger that a registry has written into a folder of this test: the run `greeting` ends by itself, guard stops the run
 * `nightly-import`, which asks for the same search again and again.
 */
export async function ledgerFile(
  options: { readonly key?: string; readonly tool?: string; readonly session?: string } = {},
): Promise<string> {
  const { key, tool = "search", session } = options;
  const folder = mkdtempSync(join(tmpdir(), "guard-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "ledger.db");
  let now = began;
  const clock = () => now;
  const { store, ledger } = sqlite(file, { clock, ...(key === undefined ? {} : { key }) });
  const registry = createRegistry({
    store,
    ledger,
    ports: { clock },
    price: () => 0.002,
    tools: { [tool]: { usd: 0.01 } },
    accounts: { user: "42", ...(session === undefined ? {} : { session }) },
    limits: { user: { usd: 5, per: "day" } },
  });
  const askModel = async (lane: Lane) => {
    const [decision] = await lane.admit([{ kind: "model", model: "gpt-5-mini", prompt: "Go on." }]);
    now += 1_200;
    await lane.settle(decision.token, { status: "success", usage });
  };
  const greeting = registry.breaker({ name: "greeting" });
  await askModel(greeting.agent("host"));
  greeting.endRun();
  now += 60_000;
  const job = registry.breaker({ name: "nightly-import" });
  const lane = job.agent("importer");
  const state = { isOpen: false };
  while (!state.isOpen) {
    await askModel(lane);
    await lane
      .run({ kind: "tool", tool, args: { q: "SECRET" } }, () => {
        now += 300;
        return "nothing";
      })
      .catch((error: unknown) => {
        state.isOpen = findCircuitOpen(error) !== undefined;
      });
  }
  job.endRun();
  ledger.close();
  return file;
}
