// The functions of core that take what guard did not make, and what each of them promises.
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { circuitSettings } from "../../src/failure/circuit-settings.ts";
import { forcedFrom } from "../../src/failure/forced-from.ts";
import { normalize } from "../../src/options/settings.ts";
import { overrideFrom } from "../../src/options/override-options.ts";
import { answerFingerprint } from "../../src/signature/answer.ts";
import { letsTimePass, withoutAttempt, withoutPage } from "../../src/signature/arguments.ts";
import { outcomeFingerprint } from "../../src/signature/outcome.ts";
import { signature } from "../../src/signature/sign.ts";
import { tellsFailure } from "../../src/signature/told-failure.ts";
import { OptionsError } from "../../src/vocabulary/errors.ts";

/** The longest message of an error about options. */
const longestMessage = 20_000;

/** Reads the value in every way in which guard reads arguments, results and answers. It must not throw. */
export function sign(value: unknown): void {
  const text = signature("search", value);
  if (!/^[0-9a-f]{24}$/.test(text)) throw new Error(`a signature: ${text}`);
  answerFingerprint(value);
  outcomeFingerprint({ status: "success", result: value });
  outcomeFingerprint({ status: "failure", error: value });
  tellsFailure(value);
  letsTimePass(value);
  withoutAttempt(value);
  withoutPage(value);
}

type Place = readonly [path: string, read: (value: never) => unknown];

const said = { by: "ops", why: "x" };

/** Each option, or group of options, in whose place a value may stand. */
export const places: readonly Place[] = [
  ["options", (value) => normalize(value)],
  ...[
    "preset",
    "rules",
    "tools",
    "budget",
    "limits",
    "accounts",
    "mode",
    "onTrip",
    "texts",
    "shared",
    "idleRunMs",
    "recovery",
    "warnings",
    "price",
    "pricing",
    "tokens",
    "reservations",
    "onStoreError",
    "ledger",
    "record",
    "store",
    "ports",
  ].map((name): Place => [name, (value) => normalize({ [name]: value })]),
  ["budget.usd", (usd) => normalize({ budget: { usd } })],
  ["budget.finalAnswer", (finalAnswer) => normalize({ budget: { finalAnswer } })],
  ["limits.user", (user) => normalize({ limits: { user } })],
  [
    "limits.user.timeZone",
    (timeZone) => normalize({ limits: { user: { usd: 1, per: "day", timeZone } } }),
  ],
  ["limits.tools", (tools) => normalize({ limits: { tools } })],
  ["limits.tools.x", (x) => normalize({ limits: { tools: { x } } })],
  ["accounts.user", (user) => normalize({ accounts: { user } })],
  ["tools.x", (x) => normalize({ tools: { x } })],
  ["tools.x.identity", (identity) => normalize({ tools: { x: { identity } } })],
  ["tools.x.thresholds", (thresholds) => normalize({ tools: { x: { thresholds } } })],
  ["tools.x.policy", (policy) => normalize({ tools: { x: { policy } } })],
  ["rules.poll", (poll) => normalize({ rules: { poll } })],
  ["rules.poll.warn", (warn) => normalize({ rules: { poll: { warn } } })],
  ["pricing.ceiling", (ceiling) => normalize({ pricing: { ceiling } })],
  ["ports.context", (context) => normalize({ ports: { context } })],
  ["createBreaker", (value) => createBreaker(value)],
  ["createBreaker.ports", (ports) => createBreaker({ ports })],
  ["registry.breaker", (value) => createRegistry().breaker(value)],
  ["registry.breaker.texts", (texts) => createRegistry().breaker({ texts })],
  ["circuit", (value) => circuitSettings("c", value)],
  ...["failureThreshold", "windowMs", "failureRate", "excluded", "isFailure"].map((name): Place => [
    `circuit.${name}`,
    (value) => circuitSettings("c", { [name]: value }),
  ]),
  ["forceOpen", (value) => forcedFrom(value, "forceOpen", 0)],
  ["override", (value) => overrideFrom(value, "id", 0)],
  ["override.extend", (extend) => overrideFrom({ ...said, extend }, "id", 0)],
];

/** Puts the value in the place of an option. The reader may throw an `OptionsError` with a short message, and nothing else. */
export function readAt([path, read]: Place, value: unknown): void {
  try {
    read(value as never);
  } catch (error) {
    if (!OptionsError.isInstance(error))
      throw new Error(`${path}: threw what is no OptionsError`, { cause: error });
    const length = error.message.length;
    const wrong =
      length > longestMessage
        ? `a message of ${length} characters`
        : error.message.includes("hunter2") && "a message that quotes an error of the value";
    if (wrong !== false) throw new Error(`${path}: ${wrong}`, { cause: error });
  }
}
