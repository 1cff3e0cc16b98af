import type { Call } from "../vocabulary/call.ts";
import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import type { TaskFingerprint } from "./task.ts";

/** A call as rules see it: names and hashes, no arguments. */
export interface SignedCall {
  readonly kind: Call["kind"];
  /** The tool's name; for a delegation the agent it goes to, for a model call the model. */
  readonly tool: string;
  readonly signature: string;
  readonly policy: ToolPolicy;
  /** The words of the arguments, to tell how near two questions are; absent where the arguments hold no words. */
  readonly question?: TaskFingerprint | undefined;
  /** Of the arguments, what is left without a page, an offset or a cursor; absent where they hold none. */
  readonly paged?: string | undefined;
  /** The call itself lets time pass: a shell's `sleep`, say. */
  readonly waits?: boolean | undefined;
  /** What a delegation hands over, and who does. */
  readonly delegation?: Delegation;
}

/** What is handed over, and by which agent. */
export interface Delegation {
  readonly from: string;
  readonly to: string;
  readonly task: TaskFingerprint | undefined;
  /** Names the task whatever its words are, where the caller says so. */
  readonly taskId?: string | undefined;
}
