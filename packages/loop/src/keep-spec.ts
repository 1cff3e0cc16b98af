import { checkSpec, OptionsError, type Ledger, type Spec } from "@guard/core";

/** A ledger that finds a spec by its session. Any other ledger reads all its specs. */
interface SpecFinder {
  specOf(session: string): Spec | undefined;
}

/** How long a ledger may take. */
const timeoutMs = 5_000;

/**
 * Writes the spec of a session to the ledger. A session has one spec: the same spec again writes nothing. A ledger that
 * throws or hangs stops no agent: the operator reads of it.
 *
 * @throws {OptionsError} if the session has another spec
 */
export async function keepSpec(ledger: Ledger, session: string, spec: Spec): Promise<void> {
  let kept: Spec | undefined;
  try {
    kept = await inTime(writtenOnce(ledger, session, spec));
  } catch (error) {
    console.error(`guard: the ledger did not keep the spec of session ${session}:`, error);
    return;
  }
  const changed = answers.filter((name) => kept?.[name] !== spec[name]);
  if (kept === undefined || changed.length === 0) return;
  throw new OptionsError([
    `spec.${changed[0]}: the session ${JSON.stringify(session)} has another spec, and a spec never changes (write a new sessionId)`,
  ]);
}

const answers = ["does", "doesNot", "done"] as const;

/** Writes the spec if the session has none, and returns the session's spec. */
async function writtenOnce(ledger: Ledger, session: string, spec: Spec): Promise<Spec | undefined> {
  const known = await specIn(ledger, session);
  if (known !== undefined) return known;
  await ledger.append([{ type: "spec", session, ...spec, run: "", at: Date.now(), postings: [] }]);
  // Another process may have written one at the same time. The first spec holds.
  return specIn(ledger, session);
}

async function specIn(ledger: Ledger, session: string): Promise<Spec | undefined> {
  if ("specOf" in ledger) return (ledger as Ledger & SpecFinder).specOf(session);
  const entries = await ledger.read({ type: "spec" });
  const found = entries.find((entry) => entry.type === "spec" && entry.session === session);
  return found?.type === "spec" ? checkSpec(found) : undefined;
}

/** Rejects if the ledger does not answer in time. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`the ledger has not answered within ${timeoutMs} ms`);
    timer = setTimeout(() => reject(error), timeoutMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
