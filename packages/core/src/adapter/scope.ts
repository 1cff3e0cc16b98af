import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { AsyncContext } from "../ports/async-context.ts";

/** A running tool. Code inside it works for the agent that called the tool. */
export interface ScopeTool {
  readonly name: string;
  /** The agent that called the tool. */
  readonly agent: string;
}

/** What a scope knows beside its run. */
interface ScopeDetails {
  readonly instance?: string | undefined;
  readonly lastAnswer?: object | undefined;
  readonly tool?: ScopeTool | undefined;
}

/** Where code runs, according to its async context. */
export class Scope<Run extends { readonly depth: number } = { readonly depth: number }> {
  readonly run: Run;
  /** Tells agents of one name apart that run at the same time. */
  readonly instance: string | undefined;
  /** The granted last call in which the code runs. */
  readonly lastAnswer: object | undefined;
  /** The tool inside which the code runs. */
  readonly tool: ScopeTool | undefined;

  constructor(run: Run, { instance, lastAnswer, tool }: ScopeDetails = {}) {
    this.run = run;
    this.instance = instance;
    this.lastAnswer = lastAnswer;
    this.tool = tool;
  }
}

/** The async contexts of running runs: the platform's, and those of users. */
const contexts = new Set<AsyncContext>();

/** Runs `body` in a scope of the breaker's run, if there is an async context. */
export function within<T>(breaker: Breaker, scope: Scope, body: () => T): T {
  const { context } = insideOf(breaker).settings;
  if (context === undefined) return body();
  contexts.add(context);
  return context.run(scope, body);
}

/** Functions that find scopes in the async contexts of frameworks. */
const finders = new Set<() => Scope | undefined>();

/** Lets guard find scopes in a framework's own async context. Call it once a process and framework. */
export function findScopesBy(finder: () => Scope | undefined): void {
  finders.add(finder);
}

/**
 * Returns the innermost scope in which you call this. `undefined` outside of all scopes, and without an async context.
 */
export function scopeNow(): Scope | undefined {
  let found: Scope | undefined;
  for (const context of contexts) {
    const scope = context.getStore();
    if (scope instanceof Scope) found = scope;
  }
  for (const find of finders) {
    const scope = find();
    if (scope !== undefined && (found === undefined || scope.run.depth > found.run.depth))
      found = scope;
  }
  return found;
}
