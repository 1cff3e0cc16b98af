import { adapterContract, type AdapterHarness, type AdapterLimit } from "@guard/testing";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { ending } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { loop, type LoopSetup } from "./support/loop.ts";
import { guardedClient, text, type Tools } from "./support/server.ts";

type Client = Awaited<ReturnType<typeof guardedClient>>["client"];

/** How tools are called, and how the server tells of what they throw. */
interface Way {
  readonly callTool: (client: Client) => LoopSetup["callTool"];
  readonly tellsErrors?: "as results";
  readonly cannot?: readonly AdapterLimit[];
}

/** A loop by hand over a guarded client, for the contract that every adapter keeps. */
function harness({ callTool, tellsErrors, cannot = [] }: Way): AdapterHarness {
  return {
    cannot,
    run: async ({ source, script, tools }) => {
      let modelCalls = 0;
      let toolRuns = 0;
      const read: string[] = [];
      const scripted: Tools = {};
      for (const [name, body] of Object.entries(tools)) {
        scripted[name] = (args) => {
          toolRuns += 1;
          try {
            return body(args);
          } catch (error) {
            if (tellsErrors === undefined) throw error;
            return { isError: true, ...text(String(error)) };
          }
        };
      }
      const { client } = await guardedClient(source, scripted);
      const model: LoopSetup["model"] = () => {
        modelCalls += 1;
        return script(modelCalls, read);
      };
      const { result, error } = await ending(() =>
        loop({ source, model, callTool: callTool(client) }, read),
      );
      return { modelCalls, toolRuns, read, error, text: result };
    },
  };
}

const runner = { describe, test, expect };
const callTool: Way["callTool"] = (client) => (params) =>
  client.callTool({ ...params, arguments: { ...params.arguments } });
adapterContract(runner, "a loop by hand over a guarded client", harness({ callTool }));
adapterContract(
  runner,
  "the same where the server tells of errors as results",
  // Guard takes such a result for a failure; the recorder keeps it as the result that it is.
  harness({ callTool, tellsErrors: "as results", cannot: ["seeErrors"] }),
);
adapterContract(
  runner,
  "the same with request()",
  harness({
    callTool: (client) => (params) =>
      client.request(
        { method: "tools/call", params: { ...params, arguments: { ...params.arguments } } },
        CallToolResultSchema,
      ),
  }),
);
