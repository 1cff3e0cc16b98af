// The chat over HTTP and in a browser: the real Next.js server, and a scripted model on loopback.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startModelServer, type ModelServer } from "example-model-server";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { script } from "../src/script.ts";
import { build, serve, type ChatServer } from "../src/serve.ts";
import { openChat } from "./support/chat.ts";
import { startChromium } from "./support/chromium.ts";

const loops = "Which port does the billing service use?";
const ends = "Which port does the web server use?";
const stopped =
  'This task was stopped: the agent asked for "search_docs" again after 4 attempts that brought nothing new. ' +
  "Give more details, or ask for something else.";
const found = "It is 8080.";
const searched = ["No results.", "No results.", "No results.", "refused", "refused"];
const calls = [
  "done",
  "done",
  "done",
  "refused or failed",
  "refused or failed",
  "not executed",
].map((state) => `search_docs: ${state}`);

const main = join(import.meta.dirname, "../src/main.ts");

const onTrips = ["finish", "throw"] as const;
let model: ModelServer;
let servers: Record<(typeof onTrips)[number], ChatServer>;
let browser: Browser | string;

beforeAll(async () => {
  model = await startModelServer(script);
  // The dearest model that has a price: money is used up after a few questions.
  const provider = {
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: "gpt-5-pro",
  };
  [browser] = await Promise.all([startChromium(), build()]);
  const [finish, thrown] = await Promise.all(
    onTrips.map((onTrip) => serve("start", { ...provider, ON_TRIP: onTrip })),
  );
  servers = { finish: finish!, throw: thrown! };
}, 120_000);

afterAll(async () => {
  if (typeof browser === "object") await browser.close();
  await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  await model.stop();
});

/** Counts the requests to the model that `body` causes. */
async function requests<T>(body: () => Promise<T>) {
  const before = model.requests();
  const answer = await body();
  return { answer, requests: model.requests() - before };
}

/** A first question of a chat, where onTrip is finish. */
const askOnce = (user: string, id: string, question: string) =>
  openChat(servers.finish.url, { user, id })(question);

describe("over HTTP", () => {
  test("a loop ends with guard's text, and the agent answers the next question of the chat", async () => {
    const ask = openChat(servers.finish.url, { user: "ann", id: "one" });

    const loop = await requests(() => ask(loops));
    expect(loop).toEqual({
      answer: { status: 200, text: stopped, error: undefined, results: searched, isWhole: true },
      requests: 6,
    });

    const next = await requests(() => ask(ends));
    expect(next).toMatchObject({ answer: { text: found, isWhole: true }, requests: 2 });
  });

  test("a question that loops again gets one round, and the agent answers the next question", async () => {
    const ask = openChat(servers.finish.url, { user: "amy", id: "one" });
    await ask(loops);

    const again = await requests(() => ask(loops));
    expect(again).toMatchObject({ answer: { text: stopped, isWhole: true }, requests: 1 });
    expect((await ask(ends)).text).toBe(found);
  });

  test("with onTrip throw, a loop ends with an error that has guard's text, and the body is whole", async () => {
    const ask = openChat(servers.throw.url, { user: "ann", id: "one" });

    const { answer, requests: asked } = await requests(() => ask(loops));

    expect(answer).toEqual({
      status: 200,
      text: "",
      error: stopped,
      results: searched,
      isWhole: true,
    });
    expect(asked).toBe(6);
    expect(await ask(ends)).toMatchObject({ text: found, isWhole: true });
  });

  test("a loop stops no other user, not even one whose chat has the same id", async () => {
    const answers = await Promise.all([
      askOnce("bob", "shared", loops),
      askOnce("cleo", "shared", ends),
      askOnce("bob", "other", ends),
    ]);

    expect(answers.map(({ text }) => text)).toEqual([stopped, found, found]);
  });

  test("a chat without money left calls no model; the user's next chat does", async () => {
    const spent = /^This task was stopped: the budget of 0\.5 USD is used up\./;
    const ask = openChat(servers.finish.url, { user: "dan", id: "long" });
    while ((await ask(ends)).text === found);

    const refused = await requests(() => ask(ends));
    expect(refused).toMatchObject({ answer: { isWhole: true }, requests: 0 });
    expect(refused.answer.text).toMatch(spent);

    const next = openChat(servers.finish.url, { user: "dan", id: "next" });
    expect((await next(ends)).text).toBe(found);
  });

  test("a user without money left for the day calls no model in any chat; other users do", async () => {
    const spent = /^This task was stopped: the budget of 2 USD is used up\./;
    let last = await requests(() => askOnce("eve", "first", loops));
    for (let id = 1; last.requests > 0; id += 1)
      last = await requests(() => askOnce("eve", `${id}`, loops));

    expect(last.answer).toMatchObject({ text: expect.stringMatching(spent), isWhole: true });
    expect((await askOnce("finn", "first", ends)).text).toBe(found);
  });

  test.for([
    ["no JSON", "chat"],
    ["an id that could be another user's", { id: "ann/one", messages: [] }],
    ["no messages", { id: "one" }],
  ])("the route refuses %s", async ([, body]) => {
    const response = await fetch(`${servers.finish.url}/api/chat`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

    expect(response.status).toBe(400);
  });
});

describe("in a browser", () => {
  test.for(onTrips)("with onTrip %s a loop ends, and the chat goes on", async (onTrip, context) => {
    if (typeof browser === "string") return context.skip(browser);
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
    const ask = async (text: string) => {
      await page.getByLabel("Question").fill(text); // waits until it is usable
      await page.getByRole("button", { name: "Ask" }).click();
    };

    await page.goto(servers[onTrip].url);
    await ask(loops);
    const words = onTrip === "throw" ? page.getByRole("alert") : page.getByLabel("assistant");
    await words.filter({ hasText: stopped }).waitFor();
    await expect.poll(() => page.getByText("search_docs:").allTextContents()).toEqual(calls);

    await ask(ends);
    await page.getByText(found).waitFor();
    await ask("Thanks.");
    await page.getByText("Ask me for a port.").waitFor();

    expect(await page.getByText(stopped).count()).toBe(onTrip === "throw" ? 0 : 1);
    expect(complaints).toEqual([]);
  });
});

test("npm run example serves the chat, and needs no key", { timeout: 60_000 }, async () => {
  const { OPENAI_API_KEY: _, ...env } = process.env;
  const child = spawn(process.execPath, [main], { env: { ...env, PORT: "0" } });
  onTestFinished(async () => {
    child.kill();
    await once(child, "close");
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (data) => {
      const [, open] = /Open (\S+),/.exec((said += data)) ?? [];
      if (open !== undefined) resolve(open);
    });
    child.once("close", () => reject(new Error(said)));
  });

  const ask = openChat(url, { user: "ann", id: "one" });
  expect(await ask(ends)).toMatchObject({ text: found, isWhole: true });
});
