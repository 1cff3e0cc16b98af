import { faultOfCall } from "../breaker/check-calls.ts";
import type { Call } from "../vocabulary/call.ts";

/**
 * Turns a call into one that the breaker accepts. Models ask for tools without a name, and settings of frameworks may
 * hold any value: that must not end a run. A number becomes a name, any other wrong name becomes empty, and other wrong
 * fields are left out.
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
