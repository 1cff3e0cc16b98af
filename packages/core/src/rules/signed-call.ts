import type { Call, ToolPolicy } from "../vocabulary/call.ts";
import type { TaskFingerprint } from "./task.ts";

/** A call as rules see it: names and hashes, no arguments. */
export interface SignedCall {
  readonly kind: Call["kind"];
  /** The tool's name; for a delegation the agent it goes to, for a model call the model. */
  readonly tool: string;
  readonly signature: string;
  readonly policy: ToolPolicy;
  /** What a delegation hands over, and who does. */
  readonly delegation?: {
    readonly from: string;
    readonly to: string;
    readonly task: TaskFingerprint | undefined;
  };
}
