// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { OptionsError } from "@guard/core";
import { sourcesWithoutRun } from "guard-test-support";
import { expect, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { connected } from "./support/server.ts";

test.for(sourcesWithoutRun)("%s: callTool rejects", async ([, source]) => {
  const { client } = await connected({ search: () => "8080" });
  const begun = guardClient(client, source).callTool({ name: "search" });
  await expect(begun.catch((error: unknown) => error)).resolves.toBeInstanceOf(OptionsError);
});
