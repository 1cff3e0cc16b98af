import type { DelegationCall, ToolCall } from "../vocabulary/call.ts";

/** A tool call that hands work to an agent, as the breaker is asked for it. For adapters. */
export function toDelegation(
  { id, estimate }: ToolCall,
  to: string,
  task: unknown,
): DelegationCall {
  return {
    kind: "delegation",
    to,
    ...(task === undefined ? {} : { task }),
    ...(id === undefined ? {} : { id }),
    ...(estimate === undefined ? {} : { estimate }),
  };
}
