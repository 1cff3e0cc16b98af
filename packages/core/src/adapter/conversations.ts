import type { BreakerLane } from "../breaker/breaker-lane.ts";
import { LiveMap } from "../collections/live-map.ts";
import type { ModelAnswer, Shown } from "./asking.ts";
import { answersIn, countAnswers, lastSaid, printOfTools } from "./shown.ts";
import { printsOf, textsIn, userText } from "./shown.ts";

/** A conversation with a model: each request goes on from the answer before it. It has a lane of its own. */
export interface Conversation {
  readonly lane: BreakerLane;
  /** The text of its last answer. `undefined` before the first answer, and if that answer asks for calls. */
  said: string | undefined;
  /** Whether its last answer asks for calls, which may come back. */
  asks: boolean;
  /** The key of its last request. */
  asking: string | undefined;
  /** The answers that its last request has shown. */
  shown: ReadonlySet<string>;
  answers: number;
  /** How the user's latest words in its last request begin. */
  userText: string;
  /** The last words in its last request. */
  lastSaid: string | undefined;
  /** The tools of its last request, if the framework shows them. */
  tools: string | undefined;
}

/** What conversations need to know of their lanes. */
export interface ConversationLanes {
  /** Makes the lane of the nth conversation. */
  readonly make: (number: number) => BreakerLane;
  /** Whether a model is answering a request. */
  readonly isUnderWay: (key: string) => boolean;
  /** Whether all calls that a lane has asked for have come back. */
  readonly areResultsIn: (lane: BreakerLane) => boolean;
  /** Whether a lane was not used for so long that it has ended. */
  readonly isIdle: (lane: BreakerLane) => boolean;
}

/** How many conversations guard keeps that have ended in an answer and may go on. */
const maxEnded = 1_000;

/** A shorter answer that stands inside another text proves nothing. */
const shortest = 20;

/**
 * The conversations of one agent, or of one of its instances.
 *
 * A request goes on with the conversation whose last answer it shows. If it shows no known answer, it goes on with a
 * conversation whose calls have come back and whose tools it offers: then the framework has compacted the messages. Any
 * other request is an independent question: a grader, a summariser, the next item of a batch.
 */
export class Conversations {
  readonly #lanes: ConversationLanes;
  /** Each by the prints of its answers. */
  readonly #byAnswer = new LiveMap<Conversation>(maxEnded);
  readonly #all = new LiveMap<Conversation, Conversation>(maxEnded);
  #current: Conversation | undefined;
  #made = 0;

  constructor(lanes: ConversationLanes) {
    this.#lanes = lanes;
  }

  /** The latest conversation. */
  get current(): Conversation {
    return (this.#current ??= this.#make());
  }

  /** The lanes of all conversations that have not ended. */
  get lanes(): readonly BreakerLane[] {
    return [...this.#all.values()].map(({ lane }) => lane);
  }

  /** The conversation with which a request goes on, if there is one. */
  find(shown: Shown): Conversation | undefined {
    if (this.#current === undefined) return undefined;
    for (const { prints, isText } of answersIn(shown)) {
      const print = prints.find((one) => (this.#byAnswer.get(one) ?? ambiguous) !== ambiguous);
      const known = print === undefined ? undefined : this.#byAnswer.get(print);
      if (known && (!isText || isGrown(known, print!, shown))) return known;
    }
    const { said, asks, lane, tools } = this.#current;
    if (this.#isAsking(this.#current)) return undefined;
    if (said !== undefined && said.length >= shortest && isLonger(this.#current, said, shown)) {
      return this.#current;
    }
    const isCompacted = asks && this.#lanes.areResultsIn(lane) && isSameTools(tools, shown);
    return isCompacted ? this.#current : undefined;
  }

  /** Begins a conversation, for a request that goes on with no other. */
  begin(): Conversation {
    const { current } = this;
    const isNew = current.said === undefined && !current.asks && !this.#isAsking(current);
    return isNew ? current : this.#make();
  }

  /** A request of a conversation is sent. */
  asked(conversation: Conversation, shown: Shown | undefined, key: string): void {
    this.#current = conversation;
    conversation.asking = key;
    conversation.lastSaid = shown && lastSaid(shown);
    this.#all.begin(conversation, conversation);
    if (shown === undefined) return;
    conversation.answers = countAnswers(shown);
    conversation.shown = new Set(textsIn(shown));
    conversation.userText = userText(shown).slice(0, comparedText);
    conversation.tools = printOfTools(shown) ?? conversation.tools;
  }

  /** A model has answered. An answer without calls ends the conversation, unless a request goes on with it. */
  answered(conversation: Conversation, { calls, text = "" }: ModelAnswer): void {
    conversation.asks = calls.length > 0;
    conversation.said = calls.length > 0 ? undefined : text.trim();
    const prints = printsOf(calls, text);
    for (const print of prints) {
      const isTaken = (this.#byAnswer.get(print) ?? conversation) !== conversation;
      // Some models number the calls of each answer anew: then the number tells nothing.
      this.#byAnswer.begin(print, isTaken && calls.length > 0 ? ambiguous : conversation);
    }
    if (calls.length > 0) return;
    this.#byAnswer.end(prints[0]!);
    this.#end(conversation);
  }

  #make(): Conversation {
    this.#all.sweep(({ lane }) => this.#lanes.isIdle(lane));
    this.#byAnswer.sweep((one) => one === ambiguous || this.#lanes.isIdle(one.lane));
    this.#current = {
      lane: this.#lanes.make((this.#made += 1)),
      said: undefined,
      asks: false,
      asking: undefined,
      shown: new Set(),
      answers: 0,
      userText: "",
      lastSaid: undefined,
      tools: undefined,
    };
    this.#all.begin(this.#current, this.#current);
    return this.#current;
  }

  #isAsking({ asking }: Conversation): boolean {
    return asking !== undefined && this.#lanes.isUnderWay(asking);
  }

  #end(conversation: Conversation): void {
    conversation.lane.end();
    this.#all.end(conversation);
  }
}

/** Stands for a print that several conversations have. */
const ambiguous = {} as Conversation;

/** How much of a text guard keeps, and of how many answers. */
const comparedText = 200;

/**
 * Whether an answer was added since the last request. An example in a prompt may read like the last answer.
 */
function isGrown({ answers, shown: before }: Conversation, print: string, shown: Shown): boolean {
  return countAnswers(shown) > answers || !before.has(print);
}

/** Whether the only message of an agent that writes its actions as text has grown by its last answer. */
function isLonger({ userText: before }: Conversation, said: string, shown: Shown): boolean {
  const text = userText(shown);
  return before !== "" && text.startsWith(before) && text.includes(said);
}

function isSameTools(before: string | undefined, shown: Shown): boolean {
  const now = printOfTools(shown);
  return before === undefined || now === undefined || now === before;
}
