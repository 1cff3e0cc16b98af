import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { cli, files } from "./support/cli.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

/** The code blocks of the page, in order, with their language. */
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].map(([, language, code]) => ({
  language,
  code: code ?? "",
}));

const block = (language: string, containing: string) =>
  blocks.find((found) => found.language === language && found.code.includes(containing))!.code;

const recording = /<<'END'\n(.*?)^END\n/ms.exec(block("sh", "END"))![1]!;

describe("the page's examples", () => {
  test("the recording to paste prints the table beneath it", async () => {
    const [file = ""] = files({ "runs.jsonl": recording });
    const { code, out } = await cli("replay", file);
    expect({ code, out }).toEqual({ code: 0, out: block("", "run  ") });
  });

  test("the config is taken", async () => {
    const [runs = ""] = files({ "runs.jsonl": recording });
    const config = join(dirname(runs), "guard.config.mts");
    writeFileSync(config, block("ts", "guard.config.mts"));
    const { code, out, err } = await cli("replay", runs, "--config", config, "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out.split("\n")[1]!)).toMatchObject({ id: "stuck", warned: 3, blocked: 5 });
  });

  test("the recorded run is one", async () => {
    const run = JSON.stringify(JSON.parse(block("json", '"events"')));
    const [file = ""] = files({ "runs.jsonl": run });
    const { code, out } = await cli("replay", file, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: "r1", calls: 2, opened: null });
  });

  test("the options and exit codes are those of the help", async () => {
    const { out } = await cli("replay", "--help");
    const usage = block("", "guard replay <file...>");
    expect(usage.match(/--\w+/g)).toEqual(["--config", "--preset", "--json"]);
    const options = [...out.matchAll(/^ {2}(--\w+)/gm)].map(([, option]) => option);
    expect(options).toEqual(usage.match(/--\w+/g));
    const codes = [...readme.matchAll(/^\| (\d) /gm)].map(([, code]) => code);
    expect(codes).toEqual([...out.matchAll(/^ {2}(\d) /gm)].map(([, code]) => code));
  });
});
