import { remembering } from "../collections/remembering.ts";
import { taskFingerprint } from "../evidence/task.ts";
import type { SignedCall } from "../evidence/signed-call.ts";
import { identityOf, policyOf } from "../options/tool-settings.ts";
import type { Settings } from "../options/settings.ts";
import { letsTimePass, withoutPage } from "../signature/arguments.ts";
import { parsed, signature } from "../signature/sign.ts";
import type { Call } from "../vocabulary/call.ts";

/** A call as the rules see it: its target, and hashes of its content. */
export function signCall(settings: Settings, agent: string, call: Call): SignedCall {
  switch (call.kind) {
    case "model": {
      const tool = call.model ?? "";
      return { kind: "model", tool, signature: signatureOfModel(tool), policy: "unknown" };
    }
    case "delegation": {
      const { to, task, taskId } = call;
      const delegation = { from: agent, to, task: taskFingerprint(task), taskId };
      const signed = signature(`delegation\n${to}`, taskId ?? task);
      return { kind: "delegation", tool: to, signature: signed, policy: "delegate", delegation };
    }
    case "tool": {
      const { tool } = call;
      const args = typeof call.args === "string" ? parsed(call.args) : call.args;
      const policy = policyOf(settings, tool, call.policy);
      const signed = signature(tool, identityOf(settings, tool, policy, args));
      const plain = { kind: "tool", tool, signature: signed, policy } as const;
      if (policy === "delegate") {
        return { ...plain, delegation: { from: agent, to: tool, task: taskFingerprint(args) } };
      }
      if (policy !== "read" && policy !== "unknown") return plain;
      const paged = withoutPage(args);
      return {
        ...plain,
        question: taskFingerprint(args),
        ...(paged === undefined ? {} : { paged: signature(tool, paged) }),
        ...(letsTimePass(args) && { waits: true }),
      };
    }
  }
}

const signatureOfModel = remembering((model) => signature("model", model));
