import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { files, looping } from "./support/cli.ts";

const bin = join(import.meta.dirname, "../src/bin.ts");

test("reads standard input as -", () => {
  const { status, stdout } = spawnSync(process.execPath, [bin, "replay", "-", "--json"], {
    input: looping("loop", 25),
    encoding: "utf8",
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: "loop", opened: 6 });
});

test("ends quietly when its reader has seen enough", async () => {
  const [file = ""] = files({ "many.jsonl": `${looping("loop", 6)}\n`.repeat(5_000) });
  const child = spawn(process.execPath, [bin, "replay", file, "--json"]);
  let err = "";
  child.stderr.on("data", (chunk: Buffer) => {
    err += String(chunk);
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [code] = await once(child, "exit");
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
