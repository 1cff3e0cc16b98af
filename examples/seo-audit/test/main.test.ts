import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { runCli } from "@guard/cli";
import { sqlite, type LedgerFile } from "@guard/ledger-sqlite";
import { startModelServer, type Script } from "example-model-server";
import { expect, onTestFinished, test } from "vitest";
import { auditor } from "../src/scripted-model.ts";
import { runJob, startJob } from "./run-job.ts";

const timeout = 60_000;
const read = (path: string) => readFileSync(join(import.meta.dirname, "..", path), "utf8");
const readme = read("README.md");
const spec: unknown = JSON.parse(read("spec.json"));
const banner = (stderr: string) => /^=+\nGUARD STOPPED SESSION [^]*?\n=+$/m.exec(stderr)?.[0];

/** A folder of its own for the files of a job. */
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "seo-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The ledger of a job, as another program opens it. */
function openLedger(folder: string): LedgerFile {
  const { ledger } = sqlite(join(folder, "ledger.db"));
  onTestFinished(() => ledger.close());
  return ledger;
}

/** A provider that counts its requests, and the variables of a job that asks it. */
async function provider(script: Script) {
  const server = await startModelServer(script);
  onTestFinished(() => server.stop());
  const variables = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: server.url };
  return { requests: () => server.requests(), variables };
}

/** A server on loopback that keeps what it is sent. */
async function receiver(answers: boolean) {
  const bodies: string[] = [];
  const receive = async (request: IncomingMessage, answer: ServerResponse) => {
    bodies.push(await text(request));
    if (answers) answer.end();
  };
  const server = createServer((request, answer) => void receive(request, answer));
  const heard = once(server, "request");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, heard };
}

/** A provider that no server plays: port 1 of loopback is closed. */
const gone = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" };

/** The fields of the one line that a job prints. */
function fieldsOf(stdout: string) {
  const [line = "", ...more] = stdout.trimEnd().split("\n");
  expect(more).toEqual([]);
  const [outcome, used, ...files] = line.split(" | ");
  const after = (word: string) =>
    files.find((one) => one.startsWith(`${word} `))!.slice(word.length + 1);
  const [, session = ""] = /guard attest (\S+)/.exec(line)!;
  return { outcome, used, report: after("report"), review: after("review"), session };
}

/** Text with the times, sessions and folders of the README. */
const asInReadme = (said: string, folder: string) =>
  said
    .replaceAll(folder, "/var/lib/seo-audit")
    .replaceAll(/seo-audit-\d[\dT-]+Z/g, "seo-audit-2026-11-29T03-00-00-412Z")
    .replaceAll(/^\S+Z (?=done|not done|failed)/gm, "2026-11-29T03:00:00.405Z ");

test(
  "cron gets one line and exit code 0; the report names each fault of the page",
  { timeout },
  async () => {
    const folder = freshFolder();
    const { exitCode, stdout, stderr } = await runJob(["--dir", folder]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { report } = fieldsOf(stdout);
    expect(readme).toContain(asInReadme(stdout, folder));
    expect(readme).toContain(`\`\`\`text\n${readFileSync(report, "utf8")}\`\`\``);
  },
);

test("the review shows the spec and every call, and leaves nothing open", { timeout }, async () => {
  const folder = freshFolder();
  const { stdout } = await runJob(["--dir", folder]);
  const { session, review } = fieldsOf(stdout);
  const ledger = openLedger(folder);
  const { frame, hash } = ledger.review(session);
  expect(ledger.specOf(session)).toEqual(spec);
  expect(frame.difference).toMatchObject({
    modelCalls: 3,
    toolCalls: 6,
    tokens: 2_580,
    breaches: [],
  });
  expect(frame.assumptions).toEqual([]);
  expect(readFileSync(review, "utf8")).toContain(hash);
  const bytes = readFileSync(join(folder, "ledger.db"), "latin1");
  for (const word of ["cup.jpg", "Our shop", "has no alt"]) expect(bytes).not.toContain(word);
});

test("the report may go on after a reviewer has attested its session", { timeout }, async () => {
  const folder = freshFolder();
  const { session } = fieldsOf((await runJob(["--dir", folder])).stdout);
  const ledger = openLedger(folder);
  expect(() => ledger.requireAttested(session)).toThrow(/no reviewer has attested it/);
  const db = join(folder, "ledger.db");
  const output = { out: async () => {}, err: () => {} };
  expect(await runCli(["attest", session, "--reviewer", "Ada", "--db", db], output)).toBe(0);
  expect(ledger.requireAttested(session)).toMatchObject([{ session, reviewer: "Ada" }]);
});

test(
  "a page that does not answer: guard stops the audit, and prints a banner",
  { timeout },
  async () => {
    const folder = freshFolder();
    const { requests, variables } = await provider(auditor);
    const { exitCode, stdout, stderr } = await runJob(["/down", "--dir", folder], variables);
    expect(exitCode).toBe(1);
    expect(readme).toContain(asInReadme(banner(stderr)!, folder));
    expect(readme).toContain(asInReadme(stdout, folder));
    const { session, used } = fieldsOf(stdout);
    const { frame } = openLedger(folder).review(session);
    expect(used).toContain(`${requests()} model calls`);
    expect(frame.difference).toMatchObject({
      modelCalls: requests(),
      breaches: [{ reason: "loop" }],
    });
  },
);

test(
  "after the stop no start of the same audit asks the model; another page is not stopped",
  { timeout },
  async () => {
    const folder = freshFolder();
    const { requests, variables } = await provider(auditor);
    await runJob(["/down", "--dir", folder], variables);
    const before = requests();
    const again = await runJob(["/down", "--dir", folder], variables);
    expect([again.exitCode, requests()]).toEqual([1, before]);
    expect(banner(again.stderr)).toContain("used: 0 model calls");
    const other = await runJob(["/", "--dir", folder], variables);
    expect([other.exitCode, requests()]).toEqual([0, before + 3]);
  },
);

test(
  "the webhook gets one alert of a stopped audit, and none of a finished one",
  { timeout },
  async () => {
    const folder = freshFolder();
    const { url, bodies } = await receiver(true);
    await runJob(["--dir", folder], { ALERT_WEBHOOK: url });
    expect(bodies).toEqual([]);
    await runJob(["/down", "--dir", folder], { ALERT_WEBHOOK: url });
    expect(bodies.map((body) => JSON.parse(body) as unknown)).toMatchObject([
      { type: "guard.alert", severity: "hard", run: "seo-audit /down", reason: "loop" },
    ]);
  },
);

test(
  "a job that is killed leaves a whole ledger, and the next start works",
  { timeout },
  async () => {
    const folder = freshFolder();
    const hanging = await receiver(false);
    const variables = { OPENAI_API_KEY: "none", OPENAI_BASE_URL: hanging.url };
    const { child, ended } = startJob(["--dir", folder], variables);
    await hanging.heard;
    child.kill("SIGKILL");
    await ended;

    const killed = openLedger(folder);
    expect(killed.verify()).toMatchObject({ faults: [] });
    const [run] = killed.runs({});
    const { frame } = killed.review(run!.session!);
    expect(frame.promise).toBeDefined();
    expect(frame.assumptions.map(({ code }) => code)).toEqual([
      "run-without-end",
      "call-without-result",
    ]);

    const next = await runJob(["--dir", folder]);
    expect(next.exitCode).toBe(0);
    expect(fieldsOf(next.stdout).used).toContain("3 model calls");
  },
);

test.for([
  [
    "an option that does not exist",
    ["--folder", "x"],
    {},
    /^\S+Z failed: Unknown option '--folder'/,
  ],
  ["a page without a host", ["example.com"], {}, /^\S+Z failed: Invalid URL/],
  ["a webhook that is no address", [], { ALERT_WEBHOOK: "slack" }, /^\S+Z failed: url: /],
  ["a provider that is down", [], gone, /^\S+Z failed: Connection error\.$/m],
] as const)(
  "%s is one line on standard error, and exit code 2",
  { timeout },
  async ([, args, variables, line]) => {
    const folder = freshFolder();
    const { exitCode, stdout, stderr } = await runJob(["--dir", folder, ...args], variables);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain("\n");
  },
);
