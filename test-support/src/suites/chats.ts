// Users who write the same text in every turn, and loops inside one turn or across restarts.
import type { RecordedEvent } from "@guard/core/replay";
import {
  again,
  by,
  call,
  fails,
  hands,
  letters,
  paced,
  says,
  suite,
  times,
  user,
} from "./suite.ts";

const minutes = 60_000;
/** Turns that carry a number. `make` returns the events of a turn. */
const numbered = (count: number, text: string, make: (turn: number) => readonly RecordedEvent[]) =>
  times(count, (i) => [user(text), ...make(i)].map((event) => ({ ...event, turn: i + 1 })));
/** Turns without a number: a user's message begins each. */
const told = (count: number, text: string, make: (turn: number) => readonly RecordedEvent[]) =>
  times(count, (i) => [user(text), ...make(i)]);

const look = call("list_orders", { state: "new" }, []);
const quiet = says("There are no new orders.");

export const chats = suite(
  "chats",
  {
    "the same question in ten numbered turns": numbered(10, "Any new orders?", () => [look, quiet]),
    "the same question in ten messages": told(10, "Any new orders?", () => [look, quiet]),
    "every hour": paced(
      60 * minutes,
      told(24, "Any new orders?", () => [look, quiet]),
    ),
    "every ten minutes": paced(
      10 * minutes,
      numbered(30, "heartbeat", () => [look, says("OK")]),
    ),
    "anybody there?": told(9, "anybody there?", () => [says("Yes, how can I help?")]),
    "another coffee": numbered(5, "Another coffee, please.", () => [
      call("order_drink", { drink: "coffee" }, "ordered"),
      says("Coming."),
    ]),
    "another payment": told(4, "Pay 20 euros to Bo.", () => [
      call("pay", { to: "Bo", eur: 20 }, "paid"),
      says("Done."),
    ]),
    "seven votes": numbered(7, "Is the text polite?", () => [says("yes")]),
    "a quiz": told(14, "next", (i) => [
      call("next_question", {}, `Question: ${letters(i, 30)}`),
      says(letters(i, 30)),
    ]),
    "a helper in each turn": numbered(8, "What is new?", () => [
      hands("host", "reader", "Read the news feed and sum it up."),
      ...by("reader", [call("read_feed", { feed: "front" }, "nothing new")]),
      says("Nothing new.", { agent: "host" }),
    ]),
    "is it up again?": told(8, "Is the server up again?", () => [
      fails("ping", { host: "db1" }, "host unreachable"),
      says("No, not yet."),
    ]),
    "documents, one after the other, that all get the same answer": times(30, (i) => [
      user(`Is this spam? ${letters(i, 3)} ${letters(i, 7)} ${letters(i, 5)}`),
      says("No."),
    ]),
    "a heartbeat whose messages have no time": times(20, (i) => [
      user("heartbeat"),
      { ...look, t: 30 * i * minutes },
      says("OK"),
    ]),
    "yes, yes, yes": numbered(12, "yes", (i) => [
      call("send_email", { to: `${letters(i, 5)}@mail.example` }, "sent"),
      says("Sent. Shall I go on?"),
    ]),
    "hava nasıl?": told(9, "Hava nasıl?", (i) => [
      call("get_weather", { city: "Izmir" }, { temp: 20 + (i % 3) }),
      says(`${20 + (i % 3)} derece.`),
    ]),
    "once more, with looks between": numbered(6, "Try it again.", () => [
      call("read_file", { path: "a.ts" }, "export {}"),
      call("run_script", { name: "check" }, "exit 1: no tests"),
      says("It still fails."),
    ]),
  },
  {
    "twenty looks within one numbered turn": [
      8,
      numbered(1, "Any new orders?", () => again(20, look)),
    ],
    "twenty looks after one message": [8, [user("Any new orders?"), ...again(20, look)]],
    "a loop in the third turn": [
      9,
      numbered(3, "Any new orders?", (i) => [...again(i === 2 ? 20 : 1, look), quiet]),
    ],
    "a loop in every turn": [8, told(6, "Any new orders?", () => [...again(9, look), quiet])],
    "a host that starts the same prompt again": [
      25,
      told(60, "Close the ticket 9.", () => [
        call("get_ticket", { id: 9 }, "open"),
        says("I can't close it."),
      ]),
    ],
    "a host that says continue": [
      25,
      numbered(60, "continue", () => [look, says("Nothing left to do.")]),
    ],
    "a heartbeat gone wild": [
      25,
      paced(
        500,
        told(80, "heartbeat", () => [look, says("OK")]),
      ),
    ],
    "a host that says continue, and a model that only answers": [
      25,
      told(60, "continue", () => [says("Nothing left to do.")]),
    ],
    "a nudge after each look": [25, told(60, "Go on.", () => [look])],
    "the same turn number all along": [
      10,
      times(20, () => [user("Any new orders?", { turn: 1 }), { ...look, turn: 1 }]),
    ],
    "mails under fresh briefs": [
      5,
      [
        says("I'll have the mail sent.", { agent: "manager" }),
        ...times(12, (i) => [
          user(`Brief ${letters(i, 12)}: write to Ada.`, { agent: "mailer" }),
          ...by("mailer", [call("send_email", { to: "ada", text: "Hi" }, "sent")]),
        ]),
      ],
    ],
    "the same failing job, started again and again": [
      25,
      numbered(60, "Run the nightly job.", () => [
        fails("open_db", { name: "sales" }, "access denied"),
        says("The job has failed."),
      ]),
    ],
    "two looks within one turn": [
      12,
      numbered(1, "Any news?", () =>
        times(20, (i) => call(i % 2 === 0 ? "list_orders" : "list_returns", { state: "new" }, [])),
      ),
    ],
  },
);
