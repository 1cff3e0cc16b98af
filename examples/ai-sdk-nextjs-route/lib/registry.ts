import { createRegistry } from "@guard/core";
import { modelPrices } from "@guard/prices";

/** The registry of this server. It limits what each user may spend in a day, and what each chat may spend in all. */
export const registry = createRegistry({
  ...modelPrices(),
  limits: { user: { usd: 2, per: "day" }, session: { usd: 0.5 } },
  // With "finish", the user reads guard's text at the end of the answer. With "throw", it is an error below the answer.
  onTrip: process.env["ON_TRIP"] === "throw" ? "throw" : "finish",
  recovery: { cooldownMs: 0 }, // the user may ask the next question at once
});

registry.on("trip", ({ report }) => {
  const { modelCalls, usd } = report.used;
  console.log(
    `Stopped (${report.reason}) after ${modelCalls} model calls, ${usd} USD: ${report.run}`,
  );
});
