import { createBreaker, type BreakerOptions, type ToolPolicy } from "@guard/core";
import {
  ListToolsResultSchema,
  ToolListChangedNotificationSchema,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { guardedClient, type Tools } from "./support/server.ts";

type Annotations = NonNullable<Tool["annotations"]>;

const tool = (annotations: Annotations) => ({ body: () => "done", annotations });

/** A guarded client, and the policy with which each of its calls is judged. */
async function setUp(tools: Tools, options: BreakerOptions = {}) {
  const policies: (ToolPolicy | undefined)[] = [];
  const breaker = createBreaker({
    ...options,
    record: (_run, event) => {
      if (event.type === "tool") policies.push(event.policy);
    },
  });
  return { ...(await guardedClient(breaker, tools)), policies };
}

test.for<[name: string, annotations: Annotations, policy: ToolPolicy]>([
  ["crunch", { readOnlyHint: true }, "read"],
  ["crunch", { destructiveHint: true }, "mutating"],
  ["crunch", { readOnlyHint: false }, "mutating"],
  ["crunch", { destructiveHint: true, idempotentHint: true }, "unknown"],
  ["crunch", { title: "Crunches numbers" }, "unknown"],
  ["get_report", { readOnlyHint: false, destructiveHint: true }, "mutating"],
  // Names that say more than a hint can.
  ["job_status", { readOnlyHint: true }, "polling"],
  ["browser_click", { readOnlyHint: false, destructiveHint: true }, "step"],
  // A server that lies.
  ["send_payment", { readOnlyHint: true }, "mutating"],
])("%s, annotated %j, is judged as %s", async ([name, annotations, policy]) => {
  const { client, policies } = await setUp({ [name]: tool(annotations) });
  await client.listTools();
  await client.callTool({ name });
  expect(policies).toEqual([policy]);
});

test("the user's policy wins over the hint", async () => {
  const { client, policies } = await setUp(
    { crunch: tool({ destructiveHint: true }) },
    { tools: { crunch: { policy: "polling" } } },
  );
  await client.listTools();
  await client.callTool({ name: "crunch" });
  expect(policies).toEqual(["polling"]);
});

test("guard refuses a second payment, also if the server says that payments only read", async () => {
  const { client, ran } = await setUp({ send_payment: tool({ readOnlyHint: true }) });
  await client.listTools();
  const pay = () => client.callTool({ name: "send_payment", arguments: { usd: 5 } });
  expect((await pay()).isError).toBeUndefined();
  expect((await pay()).isError).toBe(true);
  expect(ran.length).toBe(1);
});

test("guard learns a changed list when your code reads it", async () => {
  const tools: Tools = {
    crunch: tool({ readOnlyHint: true }),
    munch: tool({ readOnlyHint: true }),
  };
  const { client, server, policies } = await setUp(tools);
  let asked = 0;
  const use = async () => {
    const args = { arguments: { q: `${(asked += 1)}` } };
    await client.callTool({ name: "crunch", ...args });
    await client.callTool({ name: "munch", ...args }).catch(() => {});
    return policies.splice(0);
  };
  expect(await use()).toEqual(["unknown", "unknown"]);
  await client.listTools();
  expect(await use()).toEqual(["read", "read"]);

  tools["crunch"] = tool({ destructiveHint: true });
  delete tools["munch"];
  const isTold = new Promise<void>((resolve) => {
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve());
  });
  await server.sendToolListChanged();
  await isTold;
  await client.request({ method: "tools/list" }, ListToolsResultSchema);
  expect(await use()).toEqual(["mutating", "unknown"]);
});

test("a further page of a list adds to it", async () => {
  const { client, policies } = await setUp({
    crunch: tool({ readOnlyHint: true }),
    munch: tool({ readOnlyHint: true }),
  });
  await client.listTools();
  await client.listTools({ cursor: "2" });
  await client.callTool({ name: "crunch" });
  expect(policies).toEqual(["read"]);
});
