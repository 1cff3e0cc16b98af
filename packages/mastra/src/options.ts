type Resolve = (model: unknown) => Promise<unknown>;
type Step = Readonly<Record<string, unknown>> | undefined;

/** The options of a call that contain models. */
interface CallOptions {
  readonly structuredOutput?: { readonly model?: unknown } | undefined;
  readonly prepareStep?: ((step: unknown) => Step | Promise<Step>) | undefined;
}

/** The same options, with their models guarded: Mastra asks these models without the agent. */
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
