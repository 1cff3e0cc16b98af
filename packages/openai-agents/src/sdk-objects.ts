// Tells the SDK's objects apart by their methods: a second copy of the SDK has classes of its own.
import { hasMethods, read } from "@guard/core/adapter";
import type { Model } from "@openai/agents";
import type { AnyAgent } from "./agent.ts";

/** Whether the SDK can run the value. */
export function isAgent(value: unknown): value is AnyAgent {
  return hasMethods(value, "getAllTools", "getEnabledHandoffs");
}

export function isModel(value: unknown): value is Model {
  return hasMethods(value, "getResponse") && typeof value === "object";
}

export function isProvider(value: unknown): boolean {
  return hasMethods(value, "getModel");
}

export function isRunner(value: unknown): boolean {
  return hasMethods(value, "run") && typeof read(value, "config") === "object";
}

export function isRunnerClass(value: unknown): boolean {
  return typeof value === "function" && hasMethods(read(value, "prototype"), "run");
}

export function isTool(value: unknown): boolean {
  const type = read(value, "type");
  if (typeof type !== "string" || typeof read(value, "name") !== "string") return false;
  return type !== "function" || hasMethods(value, "invoke");
}
