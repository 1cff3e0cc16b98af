import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { AsyncContext } from "../ports/async-context.ts";

/** Where code runs, as its async context tells. */
export class Scope<Run extends object = object> {
  readonly run: Run;
  /** Tells agents of one name apart that run inside tools at once. */
  readonly instance: string | undefined;
  /** The one granted call in which the code runs. */
  readonly lastAnswer: object | undefined;

  constructor(run: Run, instance?: string, lastAnswer?: object) {
    this.run = run;
    this.instance = instance;
    this.lastAnswer = lastAnswer;
  }
}

/** The async contexts in which runs are under way: the platform's, and those that users give. */
const contexts = new Set<AsyncContext>();

/** Runs `body` in a scope of the breaker's run, where there is an async context. */
export function within<T>(breaker: Breaker, scope: Scope, body: () => T): T {
  const { context } = insideOf(breaker).settings;
  if (context === undefined) return body();
  contexts.add(context);
  return context.run(scope, body);
}

/** The scope of any run in which this is called; `undefined` outside of all, and without an async context. */
export function scopeNow(): Scope | undefined {
  for (const context of contexts) {
    const scope = context.getStore();
    if (scope instanceof Scope) return scope;
  }
  return undefined;
}
