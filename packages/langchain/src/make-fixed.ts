import { OptionsError } from "@guard/core";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";

/** The error of a handler stops a run only while these fields are true. So guard lets no code change them. */
export function makeFixed(handler: BaseCallbackHandler): void {
  for (const field of ["raiseError", "awaitHandlers"] as const) {
    Object.defineProperty(handler, field, {
      enumerable: true,
      configurable: false,
      get: () => true,
      set: (value: unknown) => {
        if (value === true) return;
        throw new OptionsError([
          `${field}: expected true, received ${String(value)}; LangChain would swallow what guard throws`,
        ]);
      },
    });
  }
}
