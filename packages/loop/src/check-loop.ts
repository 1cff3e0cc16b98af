import { OptionsError } from "@guard/core";
import { checkOptions, hasMethods, received } from "@guard/core/adapter";
import type { LoopOptions } from "./run-loop.ts";

const names = ["spec", "model", "tools", "task", "breaker", "ledger", "sessionId", "signal"];

/**
 * Checks all options but the answers of the spec.
 *
 * @throws {OptionsError} naming every bad option, and what to write instead
 */
export function checkLoop(options: LoopOptions): void {
  // People look for the budget here first.
  if (Object.hasOwn(Object(options), "budget")) {
    const write = "Write breaker: createBreaker({ budget: { modelCalls: 10 } }).";
    throw new OptionsError([`budget: is an option of the breaker. ${write}`]);
  }
  checkOptions(options, names, "Write runLoop({ spec, model }).");
  const faults = [...partFaults(options), ...sessionFaults(options)];
  if (faults.length > 0) throw new OptionsError(faults);
}

function partFaults({ spec, model, tools = {}, breaker }: LoopOptions): readonly string[] {
  const faults: string[] = [];
  if (typeof spec !== "object" || spec === null) {
    faults.push("spec: expected three answers. Write { does: …, doesNot: …, done: … }.");
  }
  if (!hasMethods(model, "ask")) {
    faults.push('model: expected a ModelClient. Write openaiClient(new OpenAI(), "gpt-5-mini").');
  }
  for (const [name, tool] of Object.entries(tools)) {
    if (hasMethods(tool, "run")) continue;
    faults.push(`tools.${name}: expected a tool. Write { run: (args) => … }.`);
  }
  if (breaker !== undefined && !hasMethods(breaker, "agent", "endRun")) {
    const got = received(breaker);
    faults.push(`breaker: expected a breaker, received ${got}. Write registry.breaker().`);
  }
  return faults;
}

/** The ledger keeps the spec under one session, and the rows under the session of the breaker. Both must be the same. */
function sessionFaults({ breaker, ledger, sessionId }: LoopOptions): readonly string[] {
  if (sessionId === "") return ["sessionId: expected a name, received nothing"];
  if (breaker?.accounts === undefined) return []; // no breaker, or one that is a fault
  const { session } = breaker.accounts;
  const [own, given] = [session, sessionId].map((name) => JSON.stringify(name ?? "audit-7"));
  if (session === undefined && ledger !== undefined) {
    const write = `Write registry.breaker({ accounts: { session: ${given} } }).`;
    return [`breaker: has no session, so no reviewer finds its rows. ${write}`];
  }
  if (session === undefined || sessionId === undefined || session === sessionId) return [];
  return [`sessionId: the breaker has the session ${own}, received ${given}. Leave sessionId out.`];
}
