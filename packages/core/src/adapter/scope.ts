import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { AsyncContext } from "../ports/async-context.ts";

/** A tool under way: what begins inside it was begun by the agent that has called it. */
export interface ScopeTool {
  readonly name: string;
  /** The agent that has called it. */
  readonly agent: string;
}

/** What more is known of a scope than its run. */
interface ScopeDetails {
  readonly instance?: string | undefined;
  readonly lastAnswer?: object | undefined;
  readonly tool?: ScopeTool | undefined;
}

/** Where code runs, as its async context tells. */
export class Scope<Run extends { readonly depth: number } = { readonly depth: number }> {
  readonly run: Run;
  /** Tells agents of one name apart that run inside tools at once. */
  readonly instance: string | undefined;
  /** The one granted call in which the code runs. */
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

/** The async contexts in which runs are under way: the platform's, and those that users give. */
const contexts = new Set<AsyncContext>();

/** Runs `body` in a scope of the breaker's run, where there is an async context. */
export function within<T>(breaker: Breaker, scope: Scope, body: () => T): T {
  const { context } = insideOf(breaker).settings;
  if (context === undefined) return body();
  contexts.add(context);
  return context.run(scope, body);
}

/** What finds scopes in the async contexts that frameworks have of their own. */
const finders = new Set<() => Scope | undefined>();

/** Lets scopes be found in an async context of a framework's own, once a process and framework. */
export function findScopesBy(finder: () => Scope | undefined): void {
  finders.add(finder);
}

/** The innermost scope in which this is called; `undefined` outside of all, and without an async context. */
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
