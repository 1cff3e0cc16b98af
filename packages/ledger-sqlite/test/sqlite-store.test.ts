import { storeContract } from "@guard/testing";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../src/database.ts";
import { sqliteStore } from "../src/sqlite-store.ts";

storeContract(
  { describe, test, expect },
  "a store in SQLite",
  (clock) => sqliteStore(openDatabase(":memory:"), clock),
  { posts: true },
);
