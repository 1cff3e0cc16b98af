// Effects that the user wants, and the same effect once more by mistake.
import {
  again,
  by,
  call,
  clock,
  day,
  fails,
  letters,
  shell,
  suite,
  times,
  together,
  turnOf,
  user,
  uuid,
} from "./suite.ts";

const mail = {
  to: "ada@mail.example",
  subject: "Invoice",
  body: "Please find the invoice attached.",
};
const sent = { status: "sent" };
const payment = { iban: "DE02 1203", amount: 40 };
const fix = (index: number) =>
  call(
    "edit_file",
    { path: "app.ts", old: letters(index, 6), new: letters(index + 1, 6) },
    "edited",
  );

export const mutations = suite(
  "mutations",
  {
    "one letter, twenty people": times(20, (i) =>
      call("send_email", { ...mail, to: `${letters(i, 6)}@mail.example` }, sent),
    ),
    "twelve bills": times(12, (i) =>
      call("pay_invoice", { invoice: `R-${310 + i}`, amount: 25 }, { paid: true }),
    ),
    "a deployment after each fix": times(6, (i) => [
      fix(i),
      call("deploy", { env: "staging" }, "deployed"),
      call("fetch_page", { url: "https://staging.example" }, `500: ${letters(i, 8)}`),
    ]),
    "a commit after each edit": times(6, (i) => [
      fix(i),
      shell("git commit -qam wip", `[main ${letters(i, 7)}] wip`),
    ]),
    "an issue for each finding": times(15, (i) =>
      call("create_issue", { title: `Finding: ${letters(i, 12)}` }, { number: 200 + i }),
    ),
    "send it again, says the user": times(4, (i) => [
      user("Send the invoice to Ada again, please.", { turn: i + 1 }),
      call("send_email", mail, sent, { turn: i + 1 }),
    ]),
    "chapters published": times(9, (i) =>
      call("publish_page", { slug: `chapter-${i}` }, "published"),
    ),
    "four seats": times(4, (i) =>
      call("book_seat", { flight: "KL1", seat: `12${"ABCD"[i]}` }, "booked"),
    ),
    "a restart after each change": times(5, (i) => [
      call("write_config", { workers: 2 ** i }, "written"),
      call("restart_service", { name: "api" }, "restarted"),
      call("measure", { seconds: 5 }, `${900 - 90 * i} ms`),
    ]),
    "a webhook for each item": times(18, (i) =>
      call("http_post", { url: "https://hooks.example/x", body: { item: letters(i, 5) } }, "204"),
    ),
    "one amount, nine accounts": times(9, (i) =>
      call("transfer", { iban: `DE${11 + i}`, amount: 40 }, { ok: true }),
    ),
    "the rent of six months": times(6, (i) =>
      call("transfer", { ...payment, reference: `Rent ${day(31 * i).slice(0, 7)}` }, { ok: true }),
    ),
    "a build for each branch": times(8, (i) =>
      call("trigger_build", { branch: `fix/${letters(i, 5)}` }, { build: 70 + i }),
    ),
    "a talk": times(15, (i) => call("send_message", { chat: 3, text: letters(i, 40) }, sent)),
    "a clean-up": times(20, (i) => call("delete_file", { path: `tmp/${letters(i, 5)}` }, "ok")),
    "a server that took the third": [
      fails("send_email", mail, "SMTP timeout"),
      fails("send_email", mail, "SMTP timeout"),
      call("send_email", mail, sent),
    ],
    "a trial file, made and deleted": times(5, (i) => [
      call("create_file", { path: "trial.py" }, "ok"),
      shell(`python trial.py ${letters(i, 4)}`, letters(i, 9)),
      call("delete_file", { path: "trial.py" }, "ok"),
    ]),
    "two different bills in one answer": together(1, [
      call("pay", { bill: 1, eur: 20 }, "paid"),
      call("pay", { bill: 2, eur: 20 }, "paid"),
    ]),
    "paid once more after it was refunded by the user's wish": [
      call("pay", { bill: 7, eur: 20 }, "paid"),
      user("That was the wrong account. I have cancelled it; pay it again."),
      call("pay", { bill: 7, eur: 20 }, "paid"),
    ],
  },
  {
    "one mail for ever": [4, again(15, call("send_email", mail, sent))],
    "one payment under fresh keys": [
      3,
      times(10, (i) =>
        call(
          "pay_invoice",
          { invoice: "R-310", amount: 25, idempotency_key: uuid(i) },
          { paid: true },
        ),
      ),
    ],
    "one card, charged": [
      3,
      times(10, (i) =>
        call("charge_customer", { customer: "c9", cents: 4900 }, { charge: `ch_${letters(i)}` }),
      ),
    ],
    "one mail with fresh reasons": [
      4,
      times(10, (i) =>
        call("send_email", { ...mail, reason: `Because ${letters(i, 20)}` }, { id: letters(i) }),
      ),
    ],
    "one mail with fresh explanations": [
      4,
      times(10, (i) =>
        call("send_email", { ...mail, explanation: `I do this since ${letters(i, 20)}` }, sent),
      ),
    ],
    "five payments in one answer": [
      2,
      together(
        1,
        times(5, () => call("transfer", payment, { ok: true })),
      ),
    ],
    "one transfer under fresh request ids": [
      3,
      times(10, (i) => call("transfer", { ...payment, requestId: uuid(i) }, { ok: true })),
    ],
    "one table, booked": [
      4,
      times(10, (i) => call("book_table", { day: day(1), people: 4 }, { booking: `B${500 + i}` })),
    ],
    "a deployment without a change": [4, again(10, call("deploy", { env: "staging" }, "deployed"))],
    "one post": [
      4,
      times(10, (i) =>
        call("post_message", { channel: "news", text: "We are live." }, { ts: 1_803_800_000 + i }),
      ),
    ],
    "a thought before each mail": [
      8,
      times(12, (i) => [
        call("think", { thought: `Ada has no answer yet. ${letters(i, 20)}` }, "ok"),
        call("send_email", mail, sent),
      ]),
    ],
    "one issue": [
      5,
      times(10, (i) => call("create_issue", { title: "Login is broken" }, { number: 200 + i })),
    ],
    "two mails in turn": [
      8,
      times(30, (i) => call("send_email", { ...mail, to: turnOf(["ada", "bo"], i) }, sent)),
    ],
    "one mail by MCP": [
      4,
      again(
        10,
        call("mcp__gmail__sendEmail", mail, { content: [{ type: "text", text: "Sent." }] }),
      ),
    ],
    "two agents, one refund": [
      3,
      times(6, (i) =>
        by(turnOf(["desk", "books"], i), [call("refund_order", { order: 12 }, { refunded: true })]),
      ),
    ],
    "looks between purchases": [
      5,
      times(10, (i) => [
        call("get_balance", {}, { eur: 900 - 40 * i }),
        call("buy_ticket", { train: "ICE 7" }, { ticket: letters(i) }),
      ]),
    ],
    "one mail, sent at ever later times": [
      7,
      times(12, (i) => call("send_email", { ...mail, sent_at: clock(3 * i) }, sent)),
    ],
    "a service restarted for ever": [
      6,
      again(20, call("restart_service", { name: "api" }, "restarted")),
    ],
    "one SMS with fresh attempts": [
      4,
      times(10, (i) => call("send_sms", { to: "+47", text: "Hi", attempt: i + 1 }, sent)),
    ],
  },
);
