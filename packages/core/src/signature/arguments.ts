/** Names of arguments that name the attempt, and don't change the call. */
const attemptName =
  /^(?:attempt|explanation|idempotency_?key|intent|justification|nonce|purpose|rationale|reason|reasoning|request(?:ed_at|_?id)|sent_?at|thoughts?|trace_?id)$/i;

/**
 * The arguments without those that name the attempt (`request_id`, `idempotency_key`, `explanation`, `reason`, …). All
 * arguments if there are no others.
 */
export function withoutAttempt(args: unknown): unknown {
  const kept = fieldsOf(args)?.filter(([name]) => !attemptName.test(name));
  return kept === undefined || kept.length === 0 ? args : onlyFields(args, kept);
}

const pageName =
  /^(?:page|offset|cursor|skip|page_?(?:index|no|number|token)|next_?(?:page|token)|start_?(?:at|index)|limit|per_?page|page_?size|max_?results|top_?k)$/i;
/** The arguments without a page, an offset or a cursor. `undefined` if they hold none of these. */
export function withoutPage(args: unknown): unknown {
  const fields = fieldsOf(args);
  const kept = fields?.filter(([name]) => !pageName.test(name));
  return kept === undefined || kept.length === fields?.length ? undefined : onlyFields(args, kept);
}

const looked = 2_000;
const sleeps = /(?:^|[\s;&|(])(?:sleep|Start-Sleep(?:\s+-\w+)?|timeout\s+\/t)\s+\d/i;
/** Text for a terminal. An empty text waits for output. */
const inputName = /^(?:cmd|command|input|keys|keystrokes)$/i;
const waitName =
  /^(?:max_?)?(?:wait|sleep|delay)(?:_?(?:for|ms|millis|minutes|secs?|seconds|time))*$/i;

/** Whether arguments make a call wait before it does what it does: a shell's `sleep`, `wait_seconds: 30`. */
export function letsTimePass(args: unknown): boolean {
  if (typeof args === "string") return sleeps.test(args.slice(0, looked));
  return (fieldsOf(args) ?? []).some(([name, value]) =>
    typeof value === "string" && !isNumber(value)
      ? sleeps.test(value.slice(0, looked)) || (inputName.test(name) && value.trim() === "")
      : waitName.test(name) && (value === true || (isNumber(value) && Number(value) > 0)),
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && /^\d{1,15}$/.test(value));
}

/** The fields of a plain object; `undefined` for anything else. Arguments are hostile: a getter or a proxy may throw. */
function fieldsOf(args: unknown): [string, unknown][] | undefined {
  if (typeof args !== "object" || args === null) return undefined;
  try {
    const prototype: unknown = Object.getPrototypeOf(args);
    if (prototype !== null && prototype !== Object.prototype) return undefined;
    return Object.entries(args);
  } catch {
    return undefined;
  }
}

function onlyFields(args: unknown, kept: [string, unknown][]): unknown {
  const isWhole = kept.length === Object.keys(args as object).length;
  return isWhole ? args : Object.fromEntries(kept);
}
