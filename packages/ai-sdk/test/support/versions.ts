const versions = process.env["GUARD_OLDEST"];

/** AI SDK 5.0.0: it has neither generators as tools nor approvals, and ends a run that asks for an unknown tool. */
export const is5: boolean = versions === "ai-sdk";

export const isBefore7: boolean = is5 || versions === "ai-sdk-6";

/** What a model reads of an error that a tool throws. */
export const thrown = (message: string, name = "Error"): string =>
  isBefore7 ? message : `${name}: ${message}`;
