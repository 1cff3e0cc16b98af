// Four frameworks, one crew, one breaker: each case without guard, up to a cap, and with it.
import { createRegistry } from "@guard/core";
import { cases } from "./cases.ts";
import { crewOf } from "./crew.ts";
import { capModelCalls, play } from "./play.ts";
import { modelName, prices } from "./price.ts";
import { renderTable } from "./render-table.ts";

// LangChain prints each error that a handler throws. Here the table shows the stops.
const printError = console.error;
console.error = (...line: unknown[]) => {
  if (!String(line[0]).startsWith("Error in handler GuardGraphHandler")) printError(...line);
};
// The example sends nothing beyond loopback, even if the environment asks LangChain to trace.
process.env["LANGSMITH_TRACING"] = "false";
process.env["LANGCHAIN_TRACING_V2"] = "false";
process.env["MASTRA_TELEMETRY_DISABLED"] = "1";

/** A real crew answers one question. */
async function askProvider(apiKey: string): Promise<void> {
  const name = process.env["OPENAI_MODEL"] || modelName; // an empty variable counts as unset
  console.log(`${name}, asked with your OPENAI_API_KEY: this costs money, at most 0.5 USD.`);
  const breaker = createRegistry({ ...prices, budget: { usd: 0.5 }, onTrip: "throw" }).breaker({
    shared: true,
  });
  const model = { name, apiKey, baseURL: process.env["OPENAI_BASE_URL"] || undefined };
  const crew = crewOf(model, () => "The billing service listens on 8443.", breaker);
  console.log(await crew("Which port does the billing service use? Let the writer sum it up."));
  console.log(breaker.spending);
}

/** Scripted models on loopback play each case twice. */
async function compare(): Promise<void> {
  console.log(
    "Scripted models on loopback: no key, no network. Set OPENAI_API_KEY for a real crew.",
  );
  console.log(`Prices are ${modelName}'s. Without guard, ${capModelCalls} requests are the cap.\n`);
  const rows: string[][] = [];
  for (const one of cases) {
    const unguarded = await play(one, false);
    const guarded = await play(one, true);
    const saved = Math.round((1 - guarded.usd / unguarded.usd) * 100);
    const rule = guarded.stop?.finding.rule ?? "–";
    const percent = [`${saved} %`, `${one.reportedPercent} %`];
    rows.push(
      [one.name, "no", `${unguarded.modelCalls}`, unguarded.usd.toFixed(4), "", "", ""],
      ["", "yes", `${guarded.modelCalls}`, guarded.usd.toFixed(4), rule, ...percent],
    );
  }
  const header = ["case", "guard", "model calls", "USD", "stopped by", "saved", "in the field"];
  console.log(renderTable(header, rows));
  for (const { name, what } of cases) console.log(`${name}: ${what}.`);
}

const apiKey = process.env["OPENAI_API_KEY"];
await (apiKey ? askProvider(apiKey) : compare());
