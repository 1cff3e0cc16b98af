import { createBreaker } from "@guard/core";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { expect, expectTypeOf, test } from "vitest";
import { guardClient } from "../src/index.ts";

const info = { name: "test", version: "1.0.0" };

class Own extends Client {
  readonly server = "github";
}

test("a guarded client has the type that it had", () => {
  const client = new Client(info);
  expectTypeOf(guardClient(client, createBreaker())).toEqualTypeOf(client);
  const own = new Own(info);
  expectTypeOf(guardClient(own, createBreaker())).toEqualTypeOf(own);
});

test("guardClient does not take an object without the methods of a client", () => {
  // @ts-expect-error a client lists and calls tools
  expect(() => guardClient({ callTool: () => undefined }, createBreaker())).toThrow("client: ");
});
