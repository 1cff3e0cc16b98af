// Many different questions whose true answer is "nothing", and one question in many different words.
import {
  again,
  call,
  day,
  fails,
  letters,
  shell,
  suite,
  times,
  together,
  turnOf,
} from "./suite.ts";

const people =
  "Adams Bauer Costa Dubois Eriksen Fischer Garcia Haddad Ivanova Jensen Kim Lopez Meyer Novak Okafor Petrov Quinn Rossi Silva Tanaka Ueda Vogel Weber Xu Yilmaz Zhang Abel Bright Cole Dunn".split(
    " ",
  );
const words = ["invoice", "acme", "2026", "march"];
/** The same words in another order, or with another word beside them. */
const rephrased = (index: number) => {
  const at = index % words.length;
  const turned = [...words.slice(at), ...words.slice(0, at)].join(" ");
  return turnOf(
    [
      turned,
      `the ${turned}`,
      `${turned} pdf`,
      `find ${turned}`,
      `${turned} copy`,
      `"${turned}"`,
      `${turned}?`,
      `our ${turned}`,
      `${turned} file`,
      `${turned} document`,
    ],
    Math.floor(index / words.length),
  );
};
const passage =
  "Employees earn two and a half days of leave for each month of service. Leave that is not taken by the end of March of the following year lapses, unless the supervisor has agreed in writing to carry it over. Part-time staff earn leave in proportion to their hours.";

export const screenings = suite(
  "screenings",
  {
    "thirty names against a sanctions list": people.map((name) =>
      call("check_name", { name }, { hits: [] }),
    ),
    "a free slot in June": [
      ...times(24, (i) => call("find_slots", { date: day(i) }, { slots: [] })),
      call("find_slots", { date: day(24) }, { slots: ["14:30"] }),
    ],
    "a domain that is free": [
      ...people
        .slice(0, 25)
        .map((name) => call("whois", { domain: `${name.toLowerCase()}.app` }, "taken")),
      call("whois", { domain: "guardrail.app" }, "free"),
    ],
    "no references to old names": people
      .slice(0, 20)
      .map((name) => shell(`grep -rn "old${name}" src`)),
    "a virus scan": times(40, (i) =>
      call("scan_file", { path: `upload/${letters(i, 6)}.zip` }, "No threats found"),
    ),
    "links, a third of them dead": times(45, (i) =>
      i % 3 === 0
        ? fails("check_link", { url: `https://a.example/${letters(i, 5)}` }, "404 Not Found")
        : call("check_link", { url: `https://a.example/${letters(i, 5)}` }, "200 OK"),
    ),
    "articles that the shop no longer has": times(25, (i) =>
      call("get_product", { sku: `${letters(i, 4).toUpperCase()}-${i}` }, null),
    ),
    "addresses that have no account": people
      .slice(0, 20)
      .map((name) => fails("get_user", { email: `${name}@mail.example` }, "404: user not found")),
    "hosts that do not resolve": people
      .slice(0, 18)
      .map((name) => fails("dns_lookup", { host: `${name}.internal` }, "NXDOMAIN")),
    "apellidos sin resultados": people
      .slice(0, 20)
      .map((apellido) => call("buscar_cliente", { apellido }, "sin resultados")),
    "files without findings, five in each answer": times(6, (i) =>
      together(
        i,
        times(5, (j) => call("lint_file", { path: `src/${people[5 * i + j]}.ts` }, [])),
      ),
    ),
    "tables without orphans": people.slice(0, 22).map((name) =>
      call(
        "run_sql",
        {
          query: `SELECT * FROM ${name.toLowerCase()}_items i LEFT JOIN orders o ON o.id = i.order_id WHERE o.id IS NULL`,
        },
        "(0 rows)",
      ),
    ),
    "flights on fourteen days": times(14, (i) =>
      call("search_flights", { from: "BER", to: "KEF", date: day(i) }, { offers: [] }),
    ),
    "packages without advisories": times(40, (i) =>
      call("get_advisories", { package: `${letters(i, 7)}@1.${i}.0` }, { advisories: [] }),
    ),
    "mail of sixteen senders": people
      .slice(0, 16)
      .map((from) => call("search_mail", { from, folder: "inbox" }, [])),
    "no matches, by MCP": people.map((name) =>
      call(
        "mcp__kyc__search_person",
        { name },
        { content: [{ type: "text", text: "No matches found." }] },
      ),
    ),
    "a seat, row by row": [
      ...times(28, (i) => call("check_seat", { row: i + 1 }, "taken")),
      call("check_seat", { row: 29 }, "free"),
    ],
    "ports that are closed": times(30, (i) =>
      call("probe_port", { host: "10.0.0.7", port: 8000 + i }, "closed"),
    ),
  },
  {
    "one question in other words": [
      32,
      times(40, (i) => call("search", { query: rephrased(i) }, [])),
    ],
    "one question whose answer repeats it": [
      32,
      times(40, (i) =>
        call("search", { query: rephrased(i) }, `No results found for '${rephrased(i)}'.`),
      ),
    ],
    "pages beyond the end": [26, times(60, (i) => call("list_users", { page: i + 8 }, []))],
    "pages beyond the end, by MCP": [
      26,
      times(60, (i) =>
        call("mcp__crm__list_users", { page: i + 8 }, { content: [{ type: "text", text: "[]" }] }),
      ),
    ],
    "offsets beyond the end": [
      26,
      times(60, (i) =>
        call(
          "get_orders",
          { status: "open", offset: 50 * (i + 3), limit: 50 },
          { items: [], total: 120 },
        ),
      ),
    ],
    "a cursor that leads to itself": [
      10,
      again(30, call("list_files", { cursor: "c18" }, { files: [], next: "c18" })),
    ],
    "the same name again": [8, again(30, call("check_name", { name: "Weber" }, { hits: [] }))],
    "three names in rotation": [
      14,
      times(60, (i) => call("check_name", { name: people[i % 3] }, { hits: [] })),
    ],
    "ever other limits": [
      26,
      times(40, (i) => call("search_tickets", { query: "printer", limit: 10 * (i + 1) }, [])),
    ],
    "ever other questions, the same passage": [
      26,
      times(40, (i) =>
        call(
          "search_handbook",
          {
            query: `leave carry over ${turnOf(["rule", "rules", "policy", "deadline", "end of march"], i)} ${turnOf(["", "exact", "please", "text", "section", "full", "staff", "wording"], Math.floor(i / 5))}`,
          },
          passage,
        ),
      ),
    ],
    "lines beyond the end of a file": [
      26,
      times(40, (i) => call("read_file", { path: "a.md", offset: 400 + 100 * i, limit: 100 }, "")),
    ],
    "two days in turn": [
      12,
      times(60, (i) => call("find_slots", { date: day(i % 2) }, { slots: [] })),
    ],
    "one day in three spellings": [
      14,
      times(60, (i) =>
        call(
          "find_slots",
          { date: turnOf(["2027-06-01", "1 June 2027", "06/01/2027"], i) },
          { slots: [] },
        ),
      ),
    ],
    "the same missing account": [
      10,
      again(30, fails("get_user", { email: "weber@mail.example" }, "404: user not found")),
    ],
  },
);
