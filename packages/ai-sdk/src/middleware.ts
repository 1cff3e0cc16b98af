import type { GuardedModel } from "./to-call.ts";

/** What a middleware of the AI SDK is told of a call. */
interface Wrapped {
  readonly model: GuardedModel;
  readonly params: object;
}

/** A middleware for `wrapLanguageModel`, in the words of each version of the AI SDK. */
export interface GuardMiddleware {
  /** Each version of the AI SDK expects another word here, and reads none. */
  readonly specificationVersion: never;
  readonly wrapGenerate: (options: Wrapped) => Promise<never>;
  readonly wrapStream: (options: Wrapped) => Promise<never>;
}

type Method = (params: object) => Promise<never>;

/** Guards the model below it: middlewares that stand before it in the list see what guard makes of its answers. */
export function toMiddleware(guardModel: (model: GuardedModel) => GuardedModel): GuardMiddleware {
  return {
    specificationVersion: "v4" as never,
    wrapGenerate: ({ model, params }) =>
      (guardModel(model).doGenerate as unknown as Method)(params),
    wrapStream: ({ model, params }) => (guardModel(model).doStream as unknown as Method)(params),
  };
}
