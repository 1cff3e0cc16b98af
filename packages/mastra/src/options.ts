type Resolve = (model: unknown) => Promise<unknown>;
type Step = Readonly<Record<string, unknown>> | undefined;

/** How a call of an agent is made, as far as that brings models along. */
interface CallOptions {
  readonly structuredOutput?: { readonly model?: unknown } | undefined;
  readonly prepareStep?: ((step: unknown) => Step | Promise<Step>) | undefined;
}

/** The options of a call, with the models guarded that Mastra asks behind an agent's back. */
export function guardOptions(options: unknown, resolve: Resolve): unknown {
  const { structuredOutput, prepareStep } = (options ?? {}) as CallOptions;
  const bringsModels = structuredOutput?.model !== undefined || typeof prepareStep === "function";
  return bringsModels ? withGuarded(options as CallOptions, resolve) : options;
}

async function withGuarded(options: CallOptions, resolve: Resolve): Promise<CallOptions> {
  const { structuredOutput, prepareStep } = options;
  const model = structuredOutput?.model;
  return {
    ...options,
    ...(model === undefined
      ? {}
      : { structuredOutput: { ...structuredOutput, model: await resolve(model) } }),
    ...(prepareStep === undefined
      ? {}
      : {
          prepareStep: async (step) => {
            const prepared = await prepareStep(step);
            if (prepared?.["model"] === undefined) return prepared;
            return { ...prepared, model: await resolve(prepared["model"]) };
          },
        }),
  };
}
