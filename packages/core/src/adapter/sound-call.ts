import { faultOfCall } from "../breaker/check-arguments.ts";
import type { Call } from "../vocabulary/call.ts";

/**
 * A call as the breaker takes it. Models ask for tools without a name, and settings of frameworks hold anything: that
 * is no reason to end a run. A name that is none becomes empty, and a figure that can't be is left out.
 */
export function soundCall(call: Call): Call {
  const path = faultOfCall(call)?.path;
  if (path === undefined || path === "" || path === "kind") return call;
  const field = path.split(".")[0]!;
  const isName = field === "tool" || field === "to";
  return soundCall({ ...call, [field]: isName ? "" : undefined });
}
