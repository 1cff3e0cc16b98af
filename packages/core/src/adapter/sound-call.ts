import { faultOfCall } from "../breaker/check-calls.ts";
import type { Call } from "../vocabulary/call.ts";

/**
 * A call as the breaker takes it. Models ask for tools without a name, and settings of frameworks hold anything: that
 * is no reason to end a run. A number is a name as well; anything else in place of a name becomes empty, and what else can't be is
 * left out.
 */
export function soundCall<Asked extends Call>(call: Asked): Asked {
  const path = faultOfCall(call)?.path;
  if (path === undefined || path === "" || path === "kind") return call;
  const field = path.split(".")[0]!;
  return soundCall({ ...call, [field]: soundField(field, Reflect.get(call, field)) });
}

const notTexts: readonly string[] = ["maxOutputTokens", "providerTools", "estimate"];

function soundField(field: string, value: unknown): string | undefined {
  if (notTexts.includes(field)) return undefined;
  if (typeof value === "number") return String(value);
  return field === "tool" || field === "to" ? "" : undefined;
}
