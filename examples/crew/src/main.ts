// Four frameworks, one crew, one breaker: each case without guard, up to a cap, and with it.
import { cases } from "./cases.ts";
import { capModelCalls, modelName, play } from "./play.ts";

console.log(
  `Scripted models on loopback, ${modelName}'s list prices. Without guard, ${capModelCalls} requests are the cap.\n`,
);
const rows: string[][] = [];
for (const one of cases) {
  const unguarded = await play(one, false);
  const guarded = await play(one, true);
  const saved = Math.round((1 - guarded.usd / unguarded.usd) * 100);
  const rule = guarded.stop?.finding.rule ?? "–";
  rows.push(
    [one.name, "no", `${unguarded.modelCalls}`, unguarded.usd.toFixed(4), "", "", ""],
    [
      "",
      "yes",
      `${guarded.modelCalls}`,
      guarded.usd.toFixed(4),
      rule,
      `${saved} %`,
      `${one.reportedPercent} %`,
    ],
  );
}
const header = ["case", "guard", "model calls", "USD", "stopped by", "saved", "saved in the field"];
const widths = header.map((title, column) =>
  Math.max(title.length, ...rows.map((row) => row[column]!.length)),
);
for (const row of [header, ...rows]) {
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
}
for (const { name, what } of cases) console.log(`\n${name}: ${what}.`);
