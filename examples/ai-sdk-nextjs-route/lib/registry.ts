import { createRegistry } from "@guard/core";
import { modelPrices } from "@guard/prices";

/** The guard of this server: what each user may spend in a day, and each chat in all. */
export const registry = createRegistry({
  ...modelPrices(),
  limits: { user: { usd: 2, per: "day" }, session: { usd: 0.5 } },
  // The user reads guard's words as the end of the answer; with "throw", as an error below it.
  onTrip: process.env["ON_TRIP"] === "throw" ? "throw" : "finish",
  recovery: { cooldownMs: 0 }, // the next question may be asked at once: a chat waits for its user anyway
});

registry.on("trip", ({ report }) => {
  const { modelCalls, usd } = report.used;
  console.log(
    `Stopped (${report.reason}) after ${modelCalls} model calls, ${usd} USD: ${report.run}`,
  );
});
