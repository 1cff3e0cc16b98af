import type { Call } from "../vocabulary/call.ts";
import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import type { TaskFingerprint } from "./task.ts";

/** A call as rules see it: names and hashes, no arguments. */
export interface SignedCall {
  readonly kind: Call["kind"];
  /** The tool's name. For a delegation the agent that gets the work, for a model call the model. */
  readonly tool: string;
  readonly signature: string;
  readonly policy: ToolPolicy;
  /** The words of the arguments, for comparing questions. Absent if the arguments hold no words. */
  readonly question?: TaskFingerprint | undefined;
  /** The arguments without a page, an offset or a cursor. Absent if they hold none of these. */
  readonly paged?: string | undefined;
  /** Whether the call itself waits, such as a shell's `sleep`. */
  readonly waits?: boolean | undefined;
  /** The task of a delegation, and the agent that gives it. */
  readonly delegation?: Delegation;
}

/** The task, and the agent that gives it. */
export interface Delegation {
  readonly from: string;
  readonly to: string;
  readonly task: TaskFingerprint | undefined;
  /** The caller's id of the task. */
  readonly taskId?: string | undefined;
}
