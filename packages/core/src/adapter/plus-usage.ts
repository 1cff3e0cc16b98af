/** Adds up the figures of two reports of usage, in any provider's words. Other fields come from the later report. */
export function plusUsage<Report>(before: Report, later: Report): Report {
  return plus(before, later) as Report;
}

function plus(before: unknown, later: unknown): unknown {
  if (typeof before === "number" && typeof later === "number") return before + later;
  if (!isGroup(before) || !isGroup(later)) return later ?? before;
  const sums = Object.entries(later).map(([name, value]) => [name, plus(before[name], value)]);
  return { ...before, ...Object.fromEntries(sums) };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
