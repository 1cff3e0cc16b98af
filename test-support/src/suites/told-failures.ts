// Results that contain words of failure, and failures that come back as successes.
import { again, call, letters, suite, times, turnOf, uuid } from "./suite.ts";

const isError = (text: string) => ({ content: [{ type: "text", text }], isError: true });
const parts = (value: unknown) => ({ content: [{ type: "text", text: JSON.stringify(value) }] });
const other = (index: number) => ({ query: letters(index, 9), flags: index });

export const toldFailures = suite(
  "failures told as successes",
  {
    "articles about errors": times(15, (i) =>
      call("search_docs", other(i), `Error handling: ${letters(i, 40)} failed, exception`),
    ),
    "error: null": times(20, (i) =>
      call("get_item", { id: i }, { ok: true, error: null, item: letters(i, 5) }),
    ),
    "error: nothing": times(20, (i) =>
      call("set_item", { id: i }, { error: "", data: { saved: true } }),
    ),
    logs: times(16, (i) =>
      call("get_logs", { hour: i }, `ERROR db timeout at shard ${letters(i, 4)}`),
    ),
    "incidents that have failed": times(16, (i) =>
      call("get_incident", { id: i }, { id: i, status: "failed", cause: letters(i, 12) }),
    ),
    "isError: false": times(16, (i) =>
      call(
        "mcp__crm__note",
        { id: i },
        { content: [{ type: "text", text: "saved" }], isError: false },
      ),
    ),
    "a validation of many files": times(20, (i) =>
      call(
        "validate",
        { path: `${letters(i, 5)}.yaml` },
        { valid: false, errors: [`${letters(i, 6)} is required`] },
      ),
    ),
    "tests that fail": times(14, (i) => [
      call("edit_file", { path: "a.ts", old: letters(i, 4), new: letters(i + 1, 4) }, "edited"),
      call("run_tests", {}, { success: false, failed: 14 - i, passed: 80 + i }),
    ]),
    "words of a riddle": [
      ...times(10, (i) => call("try_word", { word: letters(i, 5) }, { ok: false, hits: i % 4 })),
      call("try_word", { word: "crane" }, { ok: true }),
    ],
    "letters that came back": times(15, (i) =>
      call("read_message", { id: i }, { error: "timeout", order: letters(i, 6), queue: "dead" }),
    ),
    "links that are gone": times(18, (i) =>
      call("head_url", { url: `https://b.example/${letters(i, 6)}` }, { ok: false, status: 404 }),
    ),
    "error: 0, as some houses say it": times(16, (i) =>
      call("write_register", { address: i, value: 1 }, { error: 0, message: "ok" }),
    ),
    "a list with failures in it": times(16, (i) =>
      call("get_batch", { n: i }, [
        { id: i, success: true },
        { id: i + 1, success: false },
      ]),
    ),
  },
  {
    "ok: false": [24, times(80, (i) => call("search_crm", other(i), { ok: false }))],
    "isError: true": [
      24,
      times(80, (i) => call("mcp__crm__find", other(i), isError("Unknown field"))),
    ],
    "success: false, the same call": [
      8,
      again(40, call("save_order", { id: 7 }, { success: false, message: "out of stock" })),
    ],
    "error alone": [
      24,
      times(80, (i) => call("query_graph", other(i), { error: "syntax error near WHERE" })),
    ],
    "ok: false as text": [
      24,
      times(80, (i) => call("search_crm", other(i), '{"ok": false, "reason": "bad request"}')),
    ],
    "ok: false inside a text of MCP": [
      24,
      times(80, (i) =>
        call("mcp__crm__find", other(i), parts({ ok: false, reason: "bad request" })),
      ),
    ],
    "status: error": [
      24,
      times(80, (i) => call("search_crm", other(i), { status: "error", message: "bad request" })),
    ],
    "Error: as text": [
      24,
      times(80, (i) => call("run_query", other(i), "Error: permission denied for table orders")),
    ],
    "ok: false under a fresh id": [
      24,
      times(80, (i) => call("get_invoice", { id: 17 }, { ok: false, trace: letters(i) })),
    ],
    "two tools in turn": [
      30,
      times(80, (i) =>
        call(turnOf(["read_crm", "read_erp"], i), other(i), {
          success: false,
          error: "not connected",
        }),
      ),
    ],
    "errors of GraphQL": [
      24,
      times(80, (i) =>
        call("graphql", other(i), {
          data: null,
          errors: [{ message: "Cannot query field 'nam'" }],
        }),
      ),
    ],
    "isError under a fresh UUID": [
      24,
      times(80, (i) =>
        call("mcp__crm__find", other(i), isError(`Request ${uuid(i)} was rejected`)),
      ),
    ],
  },
);
