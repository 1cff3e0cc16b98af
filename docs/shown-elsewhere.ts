/** A test by its file and its title, as it stands there. */
type Shown = readonly [file: string, title: string];

const core = (file: string, title: string): Shown => [`packages/core/test/${file}.test.ts`, title];
const outage = (title: string) => core("budget/outage", title);
const regression = (file: string, title: string) => core(`regressions/${file}`, title);

/** Sentences of docs/budgets.md, in its order, that say what other tests show than those of the page. */
export const shownElsewhere: Readonly<Record<string, readonly Shown[]>> = {
  // Accounts
  "A call has to agree with every account that it is for.": [
    core("budget/accounts", "accounts nest: each that applies must agree"),
  ],
  "A registry with `limits.user` refuses to make a breaker that names no user: the limit would hold no run.":
    [core("budget/accounts", "a level without an account")],
  "Where accounts differ from run to run, give the adapter a function in place of a registry: `new GuardCallbackHandler(() => registry.breaker({ accounts: { user: currentUser() } }))`.":
    [
      [
        "packages/langchain/test/accounts.test.ts",
        "%s: a user's next run is refused before its first call, another's is not",
      ],
    ],
  "LangChain tells where a run begins, so the handler asks the function once for each run.": [
    core("adapter/runs", "a function is asked once for each root run"),
  ],
  "The AI SDK does not tell it, so make the breaker of each run yourself: `guardAI(registry.breaker({ accounts: { user: currentUser() } }))`.":
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
  "`wallMs` – time since the account's first call (below), not in windows that roll": [
    core("ceilings", "counts from the first call, inclusive"),
    core("budget/accounts", "wall time, from the first call of an account in its window"),
    core("budget/accounts", "limits.user.wallMs: a window that rolls has no beginning"),
  ],
  "`alertAt` – the share of a limit at which a `budget-alert` event is raised, once per window": [
    core("budget/accounts", "%s: once, when the share is reached"),
    core("budget/accounts", "each window raises its own"),
  ],
  "`finalAnswer` – what is kept back from every call but a granted one": [
    core("budget/accounts", "only a granted call may use it"),
  ],
  "A limit of `0` lets nothing through.": [
    core("budget/accounts", "0 %s lets nothing through, and nothing means no limit"),
    core("budget", "0 %s lets nothing through"),
  ],
  "Without a limit guard refuses nothing.": [core("budget", "no budget is no limit")],
  "The boundary is the same everywhere: the call that reaches a limit is allowed, the next is not.":
    [
      core("budget/accounts", "%s: the call that reaches it is allowed, here as in the run"),
      core("budget", "ceilings: the call that reaches one is allowed, the next is not"),
    ],
  "The `wallMs` of a run, and of its agents and tools, counts time that passes: setting the wall clock neither ends it nor stretches it.":
    [regression("wall-clock", "a wall clock that is set %s changes nothing")],
  "Time between two processes counts too: a run that goes on from a snapshot has used the time since the snapshot, as far as the clocks of both agree.":
    [regression("wall-clock", "a run that goes on in another process")],
  "An account that runs share goes by the wall clocks of the processes that use it.": [
    regression("wall-clock", "an account that runs share has the wall clocks alone"),
  ],
  "A clock that is ahead ends the time sooner.": [
    regression("wall-clock", "one that is ahead ends the time sooner"),
  ],
  "`breaker.spending` and `registry.balances` also count `delegations`: work that agents hand to each other.":
    [
      core("budget/delegations", "spending and the trip's report count them"),
      core("budget/delegations", "shared accounts count them, the ledger adds them up"),
    ],
  "No limit bounds delegations, the rules for them do.": [
    core("rules/delegation", "the same task again, with nothing come of it"),
    core("rules/reassignment", "the same task given out again"),
  ],
  "To stop spending by hand, at once, see Stop it now.": [
    core(
      "stop",
      "its signal is aborted at once, with the error whose finding says by whom and why",
    ),
  ],

  // Windows
  "Guard works out a window of the calendar once and then knows it until it ends.": [
    core("budget/window", "the platform is asked no more until it ends"),
  ],
  "So a limit per day takes a call about as long as one for life: `npm run bench:overhead` prints both.":
    [core("budget/window", "the platform is asked no more until it ends")],
  "A used-up window stops the run, and the run may go on when the next window begins.": [
    core("budget/accounts", "a %s that is used up ends, and then the run may go on"),
  ],
  "`retryAfterMs` says how long that is.": [
    core("budget/accounts", "a %s that is used up ends, and then the run may go on"),
  ],
  "A call belongs to the window in which the agent asked for it, whenever it is settled.": [
    core(
      "budget/accounts",
      "what is settled after its window has ended is booked where it was held",
    ),
  ],

  // Before and after a call
  "A request without a limit of its own would otherwise hold the whole budget.": [
    regression("budget-guards", "a request without max_tokens does not hold the whole headroom"),
  ],
  "Where core is not told the `prompt`, guard holds the answer's tokens all the same.": [
    regression("blind-budgets", "what is held for it is held: a second call at once waits"),
  ],
  "Guard holds one fee for each tool that the request lets its provider run.": [
    regression(
      "fees-of-provider-tools",
      "the fee of each tool that a request offers is held until it is known",
    ),
  ],
  "An answer that has searched more often than once may pass the limit by the rest.": [
    regression("fees-of-provider-tools", "passes the limit by the rest, the next call is refused"),
  ],
  "Adapters wait up to `reservations.waitMs`.": [
    core("adapter/admit-or-wait", "gives up after reservations.waitMs"),
    ["packages/langchain/test/contention.test.ts", "waits for the money, as long as it may"],
    ["packages/ai-sdk/test/contention.test.ts", "waits for the money, as long as it may"],
  ],
  "A user who stops an answer after five words pays for five words.": [
    ["packages/ai-sdk/test/stop-button.test.ts", "stopped after five words has cost"],
    ["packages/openai-agents/test/stop-button.test.ts", "stopped after five words has cost"],
  ],
  "So does one whose connection is lost after five words.": [
    [
      "packages/openai-agents/test/stop-button.test.ts",
      "whose connection is lost has cost the same",
    ],
  ],
  "Guard counts what was streamed (text, thoughts, arguments of calls) with the token estimator, and takes what was reported if that is more.":
    [
      ["packages/langchain/test/stop-button.test.ts", "Anthropic's thoughts"],
      regression("aborted-answers", "the answer as reported, if that is more"),
    ],
  "For the request it takes what was reported, else its estimate.": [
    regression("aborted-answers", "the request as reported"),
    regression("aborted-answers", "its request and what was streamed"),
  ],
  "Where guard does not know the request, or the model was seen to think without showing what, what was held stays booked.":
    [regression("aborted-answers", "what was held, where the request is not known")],
  "Providers bill thoughts that they shorten or hide, and guard does not see these: an aborted answer of a thinking model may cost more than guard books.":
    [["packages/openai-agents/test/stop-button.test.ts", "a summary of thoughts"]],

  // Prices
  "@guard/prices knows the models of all large providers; docs/prices.md shows what it finds.": [
    ["docs/tables.test.ts", "the tables of %s are those of the code"],
    ["packages/prices/test/known-models.portable.test.ts", "test.each(knownModels)"],
  ],
  "Your own function works as well: guard tells `price` the model, the provider, the tokens (cached ones too), the service tier and what the provider reported, and `price` has the last word.":
    [core("budget", "the price table, which is told all that is known, has the last word")],
  "A trip in USD says at which price: `the budget of 0.1 USD is used up.": [
    regression("price-of-a-trip", "a run that has spent its budget in USD says at which price"),
  ],
  'Guard knows no price for "my-model" and took a stand-in: 15 USD for a million tokens in and 120 out.`':
    [regression("price-of-a-trip", 'Guard knows no price for "small-1" and took a stand-in')],
  "It names the options that set the right one, and `finding.price` holds the same as data.": [
    regression("price-of-a-trip", "Set the option `price`"),
    regression("price-of-a-trip", "no prices at all"),
  ],

  // More budget
  '`grant: "model"` lets one model call pass after a trip, and that call may use what `finalAnswer` has kept back.':
    [core("budget/accounts", "only a granted call may use it")],

  // The ledger
  "Every decision, settlement, trip, override and stop is an entry, with names, counts and hashes, never arguments, results or prompts.":
    [
      core("ledger/ledger", "each decision, each settlement, each trip and each override"),
      core("ledger/ledger", "names, counts and hashes, no arguments, results or prompts"),
      core("stop", "the ledger: the stop, the trip of each run, the lift; and the audit agrees"),
    ],

  // The store
  "A store forgets nothing before it expires, with one exception: where it needs room it may forget holds that count as spent already.":
    [
      core("store/memory-store", "refuses another of the kind, and says so"),
      core("store/memory-store", "drops, for room only, what is not needed any more"),
      regression(
        "accounts-outlive-open-calls",
        "calls that are never settled make room once they count as spent, and stay spent",
      ),
    ],
  "In one process the calls on an account take turns, and calls that wait for the same account go to the store together: 5,000 at once take about two operations of the store each.":
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
  "Over any other store guard reads, adds and compares: processes that write the same account at the same moment try again after a random pause, and each goes on as long as any of them gets on.":
    [
      core("store/transact", "all that is added arrives, and each makes way after each loss"),
      core("store/transact", "a writer that loses 5,000 times in a row does not give up"),
    ],

  // When the store fails
  'Limits then go on from the balances that this process has last seen, with what it has held and spent since: with 5 of 10 USD spent, each process lets at most 5 more through (`onStoreError: "local"`).':
    [
      outage("a store that %s: with 5 of 10 USD spent, 5 more pass"),
      outage("what was held before is held on, and gives way to what it has cost"),
    ],
  "A write that the store has done counts once, also where its answer got lost or came too late.": [
    outage("of %s: what was done counts once"),
    outage("a store that answers late after all: what it did counts once"),
  ],
  "A process remembers the 100,000 balances, and as many open calls, that it has seen last.": [
    core(
      "budget/last-known",
      "a process remembers the 100,000 balances, and as many open calls, that it has seen last",
    ),
  ],
  "Where 5,000 calls wait for the store, guard refuses others until it is back: it forgets nothing that is owed.":
    [outage("where so much waits for the store that no more can be kept, calls are refused")],
  "A store or a ledger that has not answered within `ports.timeoutMs` (5,000) has failed.": [
    outage("a store, at the very first call: the limit holds in this process"),
    outage("a ledger: the run goes on after the deadline, and then at once"),
    outage("the deadline is an option"),
  ],
  "For as long again the calls that need it go on without it at once.": [
    outage("5,000 calls one after the other wait for one deadline, and ask once"),
  ],
  "Then one of them finds out whether it answers, and the others don't wait for that.": [
    outage("one call finds out whether it answers again; others don't wait for it"),
  ],
  "Hooks that can't wait go on with what this process knows where the store takes time, and a `judged-locally` event says so.":
    [core("budget/store-failure", "a hook that can't wait goes on with what it knows, says so")],
  "Guard books what the call costs all the same.": [
    core("budget/store-failure", "a hook that can't wait goes on with what it knows, says so"),
  ],
  "While the store fails, such hooks are held to the same balances.": [
    outage("hooks that can't wait (%s)"),
  ],
};
