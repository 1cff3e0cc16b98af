// An audit of one page, as cron starts it: no terminal and no questions. It prints one line, and its exit code says how the
// audit ended. The whole path: a spec, a budget, the loop, the ledger, an alert, and the page that a reviewer reads.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { webhookSink } from "@guard/alerts";
import { createRegistry, type Spec } from "@guard/core";
import { renderFrame, sqlite } from "@guard/ledger-sqlite";
import { openaiClient, runLoop } from "@guard/loop";
import { modelPrices } from "@guard/prices";
import { startModelServer } from "example-model-server";
import OpenAI from "openai";
import { pageTools } from "./page-tools.ts";
import { auditor } from "./scripted-model.ts";
import { startSite } from "./site.ts";

const exitCodes = { done: 0, notDone: 1, failed: 2 };
const hourMs = 3_600_000;

/** Audits a page, writes the report and the review, and returns the line for the log. */
async function audit(page: string, folder: string): Promise<string> {
  const { OPENAI_API_KEY: apiKey, OPENAI_MODEL, ALERT_WEBHOOK } = process.env;

  // One session is one audit. guard keeps a stop under the name of the job: the next start fails before it asks the model.
  const session = `seo-audit-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  const { store, ledger } = sqlite(join(folder, "ledger.db"));
  const registry = createRegistry({
    ...modelPrices(),
    store,
    ledger,
    budget: { modelCalls: 12, tokens: 30_000, usd: 0.05 },
    recovery: { cooldownMs: 12 * hourMs },
  });
  registry.on("port-error", ({ port, error }) => console.error(`guard: ${port}:`, error));
  const breaker = registry.breaker({ name: `seo-audit ${page}`, accounts: { session } });
  const alerts = ALERT_WEBHOOK ? webhookSink(ALERT_WEBHOOK, { outbox: ledger.outbox }) : undefined;
  alerts?.watch(registry);

  // Without a key a scripted model on loopback answers. A path such as "/" is a page of the example's own site.
  const site = await startSite();
  const server = apiKey ? undefined : await startModelServer(auditor);
  const openai = new OpenAI(server ? { apiKey: "none", baseURL: server.url } : { apiKey });

  try {
    const result = await runLoop({
      spec: JSON.parse(readFileSync(join(import.meta.dirname, "../spec.json"), "utf8")) as Spec,
      model: openaiClient(openai, OPENAI_MODEL || "gpt-5-mini"),
      tools: pageTools(new URL(page, page.startsWith("/") ? site.url : undefined)),
      breaker,
      ledger,
      signal: AbortSignal.timeout(hourMs / 6), // nothing that hangs holds the job
    }).finally(() => breaker.endRun());

    const report = join(folder, `${session}.txt`);
    const review = join(folder, `${session}.html`);
    writeFileSync(report, `${result.text}\n`);
    writeFileSync(review, renderFrame(ledger.review(session), "html"));
    process.exitCode = result.success ? exitCodes.done : exitCodes.notDone;
    const { modelCalls, tokens, usd, breach } = result;
    return [
      result.success ? "done" : `not done${breach ? `: guard stopped it (${breach.reason})` : ""}`,
      `${modelCalls} model calls, ${tokens} tokens, ${usd.toFixed(4)} USD`,
      `report ${report}`,
      `review ${review}`,
      `attest: guard attest ${session} --reviewer NAME --db ${join(folder, "ledger.db")}`,
    ].join(" | ");
  } finally {
    await alerts?.flush();
    ledger.close();
    await server?.stop();
    await site.stop();
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { dir: { type: "string", default: ".guard" } },
  });
  const folder = resolve(values.dir);
  mkdirSync(folder, { recursive: true });
  const began = new Date().toISOString();
  console.log(`${began} ${await audit(positionals[0] ?? "/", folder)}`);
} catch (error) {
  console.error(
    `${new Date().toISOString()} failed: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = exitCodes.failed;
}
