import { describe, test } from "vitest";

const versions = process.env["GUARD_OLDEST"];

/** AI SDK 5.0.0: it has neither generators as tools nor approvals, and ends a run that asks for an unknown tool. */
export const is5: boolean = versions === "ai-sdk";

export const isBefore7: boolean = is5 || versions === "ai-sdk-6";

/** What a model reads of an error that a tool throws. */
export const thrown = (message: string, name = "Error"): string =>
  isBefore7 ? message : `${name}: ${message}`;

/** Takes tests, and declares none. */
const nothing = Object.assign(() => {}, { for: () => () => {} });

/** `test` and `describe` where this version has what is tested; elsewhere they declare nothing. */
export const testIf = (has: boolean): typeof test =>
  has ? test : (nothing as unknown as typeof test);
export const describeIf = (has: boolean): typeof describe =>
  has ? describe : (nothing as unknown as typeof describe);
