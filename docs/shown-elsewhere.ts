/** A test: its file, and its title in that file. */
type Shown = readonly [file: string, title: string];

const core = (file: string, title: string): Shown => [`packages/core/test/${file}.test.ts`, title];
const outage = (title: string) => core("budget/outage", title);
const atScale = (title: string) => core("budget/outage-at-scale", title);
const regression = (file: string, title: string) => core(`regressions/${file}`, title);

/** Sentences of docs/budgets.md that tests outside of `budgets-page` show, in the order of the page. */
export const shownElsewhere: Readonly<Record<string, readonly Shown[]>> = {
  // Accounts
  "A call must fit into every account that pays for it.": [
    core("budget/accounts", "accounts nest: each that applies must agree"),
  ],
  "A registry with `limits.user` refuses to make a breaker that names no user: the limit would hold no run.":
    [core("budget/accounts", "a level without an account")],
  "If each run has other accounts, give the adapter a function in place of a registry: `new GuardCallbackHandler(() => registry.breaker({ accounts: { user: currentUser() } }))`.":
    [
      [
        "packages/langchain/test/accounts.test.ts",
        "%s: a user's next run is refused before its first call, another's is not",
      ],
    ],
  "LangChain reports where a run begins, so the handler asks the function once for each run.": [
    core("adapter/runs", "a function is asked once for each root run"),
  ],
  "With the AI SDK, guard asks the function at every call.": [
    [
      "packages/ai-sdk/test/function-sources.test.ts",
      "%s: of 30 steps a budget of five model calls lets five through",
    ],
  ],
  "So make the breaker of each run yourself: `guardAI(registry.breaker({ accounts: { user: currentUser() } }))`.":
    [
      [
        "packages/ai-sdk/test/accounts.test.ts",
        "%s: a user's next run is refused before its first call, another's is not",
      ],
    ],

  // Limits
  "`usd` – money, exact to the nano-dollar": [
    core("budget", "USD, exact to the nano-dollar"),
    core("ledger/ledger", "finds a balance that was %s, to the nano-dollar"),
  ],
  "`tokens` – of requests and answers together": [core("budget", "tokens, both ways")],
  "`wallMs` – time since the account's first call (below); rolling windows have no such limit": [
    core("ceilings", "counts from the first call, inclusive"),
    core("budget/accounts", "wall time, from the first call of an account in its window"),
    core("budget/accounts", "limits.user.wallMs: a rolling window can't limit wallMs"),
  ],
  "`alertAt` – the share of a limit at which guard raises a `budget-alert` event, once per window":
    [
      core("budget/accounts", "%s: once, when the share is reached"),
      core("budget/accounts", "each window raises its own"),
    ],
  "`finalAnswer` – what guard keeps back for a granted call, such as the last answer": [
    core("budget/accounts", "only a granted call may use it"),
  ],
  "A limit of `0` lets nothing through.": [
    core("budget/accounts", "0 %s lets nothing through, and nothing means no limit"),
    core("budget", "0 %s lets nothing through"),
  ],
  "Without a limit, no budget refuses a call.": [core("budget", "no budget is no limit")],
  "The boundary is the same for every limit: guard allows the call that reaches the limit, and refuses the next one.":
    [
      core("budget/accounts", "%s: the call that reaches it is allowed, here as in the run"),
      core("budget", "ceilings: the call that reaches one is allowed, the next is not"),
    ],
  "The `wallMs` of a run, and of its agents and tools, counts time that passes: setting the wall clock does not change it.":
    [regression("wall-clock", "a wall clock that is set %s changes nothing")],
  "Time between two processes counts too: a run that goes on from a snapshot has used the time since the snapshot, if the clocks of both processes agree.":
    [regression("wall-clock", "a run that goes on in another process")],
  "A shared account uses the wall clocks of its processes.": [
    regression("wall-clock", "an account that runs share has the wall clocks alone"),
  ],
  "A clock that is ahead makes the time end sooner.": [
    regression("wall-clock", "one that is ahead ends the time sooner"),
  ],
  "`breaker.spending` and `registry.balances` also count `delegations`: tasks that agents hand to each other.":
    [
      core("budget/delegations", "spending and the trip's report count them"),
      core("budget/delegations", "shared accounts count them, the ledger adds them up"),
    ],
  "No limit bounds delegations; rules do.": [
    core("rules/delegation", "the same task again, with nothing come of it"),
    core("rules/reassignment", "the same task given out again"),
  ],
  "To stop all spending by hand, see Stop it now.": [
    core(
      "stop",
      "its signal is aborted at once, with the error whose finding says by whom and why",
    ),
  ],

  // Windows
  "Guard calculates a calendar window once, and remembers it until the window ends.": [
    core("budget/window", "the platform is asked no more until it ends"),
  ],
  "So a limit per day costs a call about as much time as a limit for life: `npm run bench:overhead` prints both.":
    [core("budget/window", "the platform is asked no more until it ends")],
  "When a window is used up, guard stops the run; the run may go on when the next window begins.": [
    core("budget/accounts", "a %s that is used up ends, and then the run may go on"),
  ],
  "`retryAfterMs` says how long to wait.": [
    core("budget/accounts", "a %s that is used up ends, and then the run may go on"),
  ],
  "A call belongs to the window in which the agent asked for it, even if it ends in a later one.": [
    core(
      "budget/accounts",
      "what is settled after its window has ended is booked where it was held",
    ),
  ],

  // Before and after a call
  "Without this bound, a request without a limit of its own would hold the whole budget.": [
    regression("budget-guards", "a request without max_tokens does not hold the whole headroom"),
  ],
  "If core does not get the `prompt`, guard still holds the answer's tokens.": [
    regression("blind-budgets", "what is held for it is held: a second call at once waits"),
  ],
  "Guard holds one fee for each tool that the request lets its provider run.": [
    regression(
      "fees-of-provider-tools",
      "the fee of each tool that a request offers is held until it is known",
    ),
  ],
  "An answer that searches more than once may exceed the limit by the cost of the other searches.":
    [
      regression(
        "fees-of-provider-tools",
        "passes the limit by the rest, the next call is refused",
      ),
    ],
  "Adapters wait up to `reservations.waitMs`.": [
    core("adapter/admit-or-wait", "gives up after reservations.waitMs"),
    ["packages/langchain/test/contention.test.ts", "waits for the money, as long as it may"],
    [
      "packages/ai-sdk/test/contention.test.ts",
      "guard waits for the money, up to waitMs, and goes on",
    ],
  ],
  "A user who stops an answer after five words pays for five words.": [
    [
      "packages/ai-sdk/test/stop-button.test.ts",
      "stopped after five words, guard books the request and these words",
    ],
    [
      "packages/openai-agents/test/stop-button.test.ts",
      "after five words: guard books the request and these words",
    ],
  ],
  "A user whose connection is lost after five words pays for five words too.": [
    ["packages/openai-agents/test/stop-button.test.ts", "a lost connection costs the same"],
  ],
  "Guard counts the streamed text, thoughts and arguments with the token estimator, and takes the reported figure if it is higher.":
    [
      ["packages/langchain/test/stop-button.test.ts", "Anthropic's thoughts"],
      regression("aborted-answers", "the answer as reported, if that is more"),
    ],
  "For the request, guard takes the reported figure, else its estimate.": [
    regression("aborted-answers", "the request as reported"),
    regression("aborted-answers", "its request and what was streamed"),
  ],
  "If guard does not know the request, or the model hides its thoughts, guard books what it held.":
    [regression("aborted-answers", "what was held, where the request is not known")],
  "Providers bill thoughts that they shorten or hide, and guard can't see these: an aborted answer of a thinking model may cost more than guard books.":
    [["packages/openai-agents/test/stop-button.test.ts", "a summary of thoughts"]],

  // Prices
  "@guard/prices knows the models of all large providers; docs/prices.md shows what it finds.": [
    ["docs/tables.test.ts", "the tables of %s are those of the code"],
    ["packages/prices/test/known-models.portable.test.ts", "test.each(knownModels)"],
  ],
  "Your own function works as well: guard gives `price` the model, the provider, the tokens (cached ones too), the service tier and the reported price, and `price` decides.":
    [core("budget", "the price table, which is told all that is known, has the last word")],
  "A trip in USD says which price guard used: `the budget of 0.1 USD is used up.": [
    regression("price-of-a-trip", "a run that has spent its budget in USD says at which price"),
  ],
  'Guard knows no price for "my-model" and took a stand-in: 15 USD for a million tokens in and 120 out.`':
    [regression("price-of-a-trip", 'Guard knows no price for "small-1" and took a stand-in')],
  "It names the options that set the right price, and `finding.price` holds the same as data.": [
    regression("price-of-a-trip", "Set the option `price`"),
    regression("price-of-a-trip", "no prices at all"),
  ],

  // More budget
  '`grant: "model"` lets one model call pass after a trip, and this call may use what `finalAnswer` has kept back.':
    [core("budget/accounts", "only a granted call may use it")],

  // The ledger
  "Every decision, settlement, trip, override, reset and stop is an entry, with names, counts and hashes, never arguments, results or prompts.":
    [
      core("ledger/ledger", "each decision, each settlement, each trip and each override"),
      core("ledger/ledger", "names, counts and hashes, no arguments, results or prompts"),
      core("stop", "the ledger: the stop, the trip of each run, the lift; and the audit agrees"),
      core(
        "by-hand-over-processes",
        "writes who and why into the ledger, and nothing without them",
      ),
    ],

  // The store
  "A store keeps every value until it expires, with one exception: if the store needs room, it may forget holds that count as spent already.":
    [
      core("store/memory-store", "refuses another of the kind, and says so"),
      core("store/memory-store", "drops, for room only, what is not needed any more"),
      regression(
        "accounts-outlive-open-calls",
        "calls that are never settled make room once they count as spent, and stay spent",
      ),
    ],
  "In one process, calls on an account take turns, and guard writes waiting calls of one account together: 5,000 calls at once take about two operations of the store for each call.":
    [
      regression(
        "one-writer-per-key",
        "5,000 calls at once on one account of a slow store that %s: exact",
      ),
    ],
  "Processes share an account in one of two ways.": [
    regression("one-writer-per-key", "4 processes with 500 calls at once each on one account"),
  ],
  "A store that has `post` adds in one step and checks the limits in that step, so processes don't get in each other's way.":
    [
      [
        "packages/testing/src/store-postings.ts",
        "of many who post at once, as many pass as there is room for",
      ],
      core("budget/room-for", "with no other process about, a store refuses nothing"),
    ],
  "With any other store, guard reads, adds and compares: processes that write the same account at the same moment try again after a random pause, and none gives up while another one succeeds.":
    [
      core("store/transact", "all that is added arrives, and each makes way after each loss"),
      core("store/transact", "a writer that loses 5,000 times in a row does not give up"),
    ],

  // When the store fails
  'Each process then goes on from the balances that it has last seen, and adds what it holds and spends: with 5 of 10 USD spent, each process lets at most 5 more through (`onStoreError: "local"`).':
    [
      outage("a store that %s: with 5 of 10 USD spent, 5 more pass"),
      outage("what was held before is held on, and gives way to what it has cost"),
    ],
  "A write that the store has done counts once, even if the store's answer was lost or late.": [
    outage("of %s: what was done counts once"),
    outage("a store that answers late after all: what it did counts once"),
  ],
  "A process remembers the last 100,000 balances, and as many open calls.": [
    core(
      "budget/last-known",
      "a process remembers the 100,000 balances, and as many open calls, that it has seen last",
    ),
  ],
  "When 5,000 calls wait for the store, guard refuses other calls until the store is back, and so forgets no cost.":
    [atScale("where so much waits for the store that no more can be kept, calls are refused")],
  "A store or a ledger fails if it does not answer within `ports.timeoutMs` (5,000).": [
    outage("a store, at the very first call: the limit holds in this process"),
    outage("a ledger: the run goes on after the deadline, and then at once"),
    outage("the deadline is an option"),
  ],
  "For another `ports.timeoutMs`, calls go on without it and don't wait.": [
    atScale("5,000 calls one after the other wait for one deadline, and ask once"),
  ],
  "Then one call tries it again, and the other calls don't wait for this.": [
    outage("one call finds out whether it answers again; others don't wait for it"),
  ],
  "When a store takes time, hooks that can't wait decide with what this process knows, and a `judged-locally` event says so.":
    [core("budget/store-failure", "a hook that can't wait goes on with what it knows, says so")],
  "Guard still books what the call costs.": [
    core("budget/store-failure", "a hook that can't wait goes on with what it knows, says so"),
  ],
  "While the store fails, such hooks use the same balances.": [
    outage("hooks that can't wait (%s)"),
  ],
};
