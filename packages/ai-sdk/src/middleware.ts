import type { GuardedModel } from "./to-call.ts";

/** What the AI SDK tells a middleware about a call. */
interface Wrapped {
  readonly model: GuardedModel;
  readonly params: object;
}

/** A middleware for `wrapLanguageModel` of AI SDK 5, 6 and 7. */
export interface GuardMiddleware {
  /** Each version of the AI SDK declares another type here. No version reads the value. */
  readonly specificationVersion: never;
  readonly wrapGenerate: (options: Wrapped) => Promise<never>;
  readonly wrapStream: (options: Wrapped) => Promise<never>;
}

type Method = (params: object) => Promise<never>;

/** Guards the model below the middleware. Middlewares before it in the list read what guard makes of the answers. */
export function toMiddleware(guardModel: (model: GuardedModel) => GuardedModel): GuardMiddleware {
  return {
    specificationVersion: "v4" as never,
    wrapGenerate: ({ model, params }) =>
      (guardModel(model).doGenerate as unknown as Method)(params),
    wrapStream: ({ model, params }) => (guardModel(model).doStream as unknown as Method)(params),
  };
}
