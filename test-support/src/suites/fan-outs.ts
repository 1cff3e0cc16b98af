// A manager hands out many items with one template; another manager hands out one item again and again.
import { again, by, call, day, hands, suite, times, turnOf, uuid } from "./suite.ts";

const cities = "Oslo Porto Lyon Graz Turku Genoa Ghent Split Cork Bergen Malaga Leeds".split(" ");
/** A template of a hundred words in which one word is the item. */
const brief = (item: string) =>
  `You are preparing a chapter of our travel guide for families. Write about ${item} only. Start with two sentences on why the place is worth a visit with children between four and twelve. Then list five sights with opening hours, the price of a family ticket, how long a visit takes and how to get there by public transport. Add two restaurants with a children's menu and one playground in the centre. Check each fact against an official page, and quote its address. Do not copy sentences from other guides. Keep the chapter under eight hundred words, use plain language, and return Markdown with one heading for each section.`;
const short = "Fix the login page so that the test passes.";
const polite = ["Please fix", "Kindly fix", "Could you fix", "Fix", "Please do fix", "Now fix"];

export const fanOuts = suite(
  "templated fan-outs",
  {
    "twelve cities by one long template": cities.map((city) =>
      hands("editor", "writer", brief(city)),
    ),
    "cities, with the writers' work": cities
      .slice(0, 8)
      .flatMap((city) => [
        hands("editor", "writer", brief(city)),
        ...by("writer", [
          call("web_search", { q: `${city} with children` }, `Ten ideas for ${city}`),
        ]),
      ]),
    "rules read before each task": times(10, (i) => [
      hands("lead", "writer", `Write about ${turnOf(cities, i)} in two pages.`),
      ...by("writer", [
        call("read_rules", {}, "Be brief. Be kind."),
        call("web_search", { q: turnOf(cities, i) }, `All about ${turnOf(cities, i)}`),
      ]),
    ]),
    "tickets by their number": times(10, (i) =>
      hands("desk", "solver", `Handle ticket ${4711 + i}.`),
    ),
    "documents by their UUID": times(9, (i) =>
      hands("intake", "extractor", `Extract the invoice fields of document ${uuid(7 * i)}.`, {
        result: `total ${120 + 9 * i} EUR`,
      }),
    ),
    "documents by their UUID, without results": times(9, (i) =>
      hands("intake", "extractor", `Extract the invoice fields of document ${uuid(7 * i)}.`),
    ),
    "documents by their UUID, all of them good": times(12, (i) =>
      hands("intake", "checker", `Check document ${uuid(7 * i)}.`, { result: "no findings" }),
    ),
    "days on which nothing was sold": times(12, (i) =>
      hands("lead", "analyst", `Summarise the sales of ${day(i)}.`, { result: "no sales" }),
    ),
    "days of a month": times(12, (i) =>
      hands("lead", "analyst", `Summarise the sales of ${day(i)}.`, {
        result: `${200 + 13 * i} orders`,
      }),
    ),
    "days of a month, without results": times(12, (i) =>
      hands("lead", "analyst", `Summarise the sales of ${day(i)}.`),
    ),
    "times of a day": times(10, (i) =>
      hands("lead", "reader", `Fetch the meter readings of ${String(8 + i).padStart(2, "0")}:00.`, {
        result: `${3 + i} kWh`,
      }),
    ),
    "tasks as objects": cities.map((city) =>
      hands("boss", "scout", { goal: "find an office", city, budget: 4000 }),
    ),
    "eight in one answer": cities
      .slice(0, 8)
      .map((city) => hands("editor", "writer", brief(city), { round: 1 })),
    "a supervisor that transfers without words": times(6, (i) => [
      hands("supervisor", "worker", undefined, { result: `step ${turnOf(cities, i)} done` }),
      ...by("worker", [call("run_step", { name: turnOf(cities, i) }, "ok")]),
    ]),
    "a planner and its coder": cities.slice(0, 8).map((city) =>
      hands("planner", "coder", `Implement the ${city} page and report what you changed.`, {
        result: `${city}.tsx written`,
      }),
    ),
    "an order that becomes finer": times(4, (i) => [
      hands(
        "lead",
        "surfer",
        `Find the annual report${["", " of 2026", " of 2026 as PDF", " of 2026 as PDF, page 12"][i]} and tell me the revenue.`,
      ),
      ...by("surfer", [call("visit", { link: i }, `page ${turnOf(cities, i)}`)]),
    ]),
    "two levels": ["north", "south", "west"].flatMap((part) => [
      hands("lead", `lead of ${part}`, `Cover the ${part} of the country.`),
      ...cities
        .slice(0, 3)
        .map((city) =>
          hands(`lead of ${part}`, `writer of ${part}`, brief(`${city} in the ${part}`)),
        ),
    ]),
    "clientes de una lista": cities.map((ciudad) =>
      hands(
        "jefe",
        "ventas",
        `Llama al cliente de ${ciudad} y pregunta si quiere renovar el contrato.`,
      ),
    ),
    "one wording, other task ids": times(8, (i) =>
      hands("boss", "clerk", "Process the next item of the list.", { taskId: `item-${i}` }),
    ),
    "files by their path": times(15, (i) =>
      hands(
        "lead",
        "reviewer",
        `Review src/${turnOf(cities, i).toLowerCase()}/part-${i}.ts by the team's rules and list what breaks them.`,
      ),
    ),
  },
  {
    "one long brief again and again": [6, again(12, hands("editor", "writer", brief("Oslo")))],
    "one brief, one excuse": [
      6,
      again(
        12,
        hands("editor", "writer", brief("Oslo"), { result: "I could not find any sources." }),
      ),
    ],
    "one task in kinder words": [
      9,
      times(14, (i) =>
        hands("lead", "coder", `${turnOf(polite, i)} the login page so that the test passes.`, {
          result: "The test still fails.",
        }),
      ),
    ],
    "one task, counted": [
      9,
      times(14, (i) =>
        hands("lead", "coder", `Attempt ${i + 1}: ${short}`, { result: "The test still fails." }),
      ),
    ],
    "back and forth with one task": [
      10,
      times(12, () => [hands("a", "b", "Book the hotel."), hands("b", "a", "Book the hotel.")]),
    ],
    "one task id in ever other words": [
      6,
      times(12, (i) =>
        hands("boss", "clerk", `${turnOf(cities, i)} wants news about the case.`, {
          taskId: "case-9",
          result: "no news",
        }),
      ),
    ],
    "up the chain again": [
      9,
      times(10, () => [
        hands("a", "b", "Close the books."),
        hands("b", "c", "Close the books."),
        hands("c", "a", "Close the books."),
      ]),
    ],
    "an endless chain": [
      12,
      times(30, (i) =>
        hands(
          `agent-${i}`,
          `agent-${i + 1}`,
          `Please take care of the ${turnOf(cities, i)} matter.`,
        ),
      ),
    ],
    "transfers without words and without work": [
      10,
      again(20, hands("supervisor", "worker", undefined, { result: "There is nothing to do." })),
    ],
    "one object, its fields shuffled": [
      6,
      times(12, (i) =>
        hands(
          "boss",
          "scout",
          i % 2 === 0 ? { goal: "office", city: "Oslo" } : { city: "Oslo", goal: "office" },
        ),
      ),
    ],
    "a helper that repeats itself": [
      14,
      times(12, () => [
        hands("lead", "surfer", "Find the annual report of 2026."),
        ...by("surfer", [call("web_search", { q: "annual report 2026" }, "no results")]),
      ]),
    ],
    "two in each answer": [
      12,
      times(12, (i) =>
        ["a", "b"].map((worker) =>
          hands("lead", worker, `${short} You are ${worker}.`, { round: i, result: "still red" }),
        ),
      ),
    ],
  },
);
