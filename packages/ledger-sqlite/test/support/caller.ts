// One of several processes with one failure circuit and one queue for people. Each line of its input is a request; it answers
// each with a line. The requests say what time it is.
import { createInterface } from "node:readline";
import { createRegistry } from "@guard/core";
import { sqlite } from "../../src/index.ts";

/** What the process is to do. */
export type Request = { readonly at: number } & (
  | { readonly make: "ok" | "fail" | "hang"; readonly calls: number }
  | { readonly ask: string }
  | { readonly serve: string }
);

/** How many calls ran and how many the circuit refused, its state, and how many calls wait for a person. */
export interface Reply {
  readonly ran: number;
  readonly refused: number;
  readonly state: string;
  readonly waiting: number;
}

const [file = "", keepText = ""] = process.argv.slice(2);
let now = 0;
const clock = () => now;
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 100));
const registry = createRegistry({ store: sqlite(file, { clock }).store, ports: { clock, wait } });
const circuit = registry.circuit("backend", {
  failureThreshold: 12,
  halfOpenMaxCalls: 2,
  probeTimeoutMs: 30_000,
});
const people = registry.humanQueue<string, string>({ keepText: keepText === "keepText" });

const fns = {
  ok: async () => "fine",
  fail: () => Promise.reject(new Error("503")),
  hang: () => new Promise<never>(() => {}),
};

for await (const line of createInterface(process.stdin)) {
  const request = JSON.parse(line) as Request;
  now = request.at;
  let ran = 0;
  let refused = 0;
  if ("make" in request) {
    const fn = fns[request.make];
    const own = () => {
      ran += 1;
      return fn();
    };
    const make = () => circuit.call(own, { fallback: () => (refused += 1) }).catch(() => {});
    const calls = Array.from({ length: request.calls }, make);
    if (request.make !== "hang") await Promise.all(calls);
  } else if ("ask" in request) {
    void people.call(request.ask).then((answer) => console.log(JSON.stringify(answer)));
  } else {
    const [ticket] = await people.waiting();
    if (ticket !== undefined) await people.serve(ticket.id, `${request.serve} ${ticket.input}`);
  }
  const { length: waiting } = await people.waiting();
  console.log(JSON.stringify({ ran, refused, state: circuit.state, waiting } satisfies Reply));
}
