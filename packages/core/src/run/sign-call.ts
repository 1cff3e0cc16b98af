import type { Call } from "../vocabulary/call.ts";
import { identityOf, policyOf } from "../options/tool-settings.ts";
import type { Settings } from "../options/settings.ts";
import { remembering } from "../collections/remembering.ts";
import type { SignedCall } from "../rules/signed-call.ts";
import { taskFingerprint } from "../rules/task.ts";
import { signature } from "../signature/sign.ts";

/** A call as the rules see it: its target, and hashes of its content. */
export function signCall(settings: Settings, agent: string, call: Call): SignedCall {
  switch (call.kind) {
    case "model": {
      const tool = call.model ?? "";
      return { kind: "model", tool, signature: signatureOfModel(tool), policy: "unknown" };
    }
    case "delegation": {
      const { to, task } = call;
      const delegation = { from: agent, to, task: taskFingerprint(task) };
      const signed = signature(`delegation\n${to}`, task);
      return { kind: "delegation", tool: to, signature: signed, policy: "delegate", delegation };
    }
    case "tool": {
      const { tool, args } = call;
      const policy = policyOf(settings, tool, call.policy);
      const signed = signature(tool, identityOf(settings, tool, args));
      const plain = { kind: "tool", tool, signature: signed, policy } as const;
      if (policy !== "delegate") return plain;
      return { ...plain, delegation: { from: agent, to: tool, task: taskFingerprint(args) } };
    }
  }
}

const signatureOfModel = remembering((model) => signature("model", model));
