// The first provider fails, and the second one answers. Then both fail, and a person answers. A probe finds that the first
// provider is back. All the while guard counts what each run costs.
import { createOpenAI } from "@ai-sdk/openai";
import { guardAI } from "@guard/ai-sdk";
import { createRegistry, failover } from "@guard/core";
import { generateText } from "ai";
import { startModelServer } from "example-model-server";

// The story moves the clock, so that you don't wait for a minute.
let now = Date.now();
const registry = createRegistry({ budget: { modelCalls: 20 }, ports: { clock: () => now } });
registry.on("circuit-transition", ({ circuit, from, to }) => {
  console.log(`  ${circuit}: ${from} > ${to}`);
});

// Two scripted providers on loopback. guard finds a circuit by the name of the provider: with OpenAI's own server you write
// registry.circuit("openai").
const down = { first: false, second: false };
const first = await startModelServer(() => (down.first ? { status: 503 } : "It is 8080."));
const second = await startModelServer(() => (down.second ? { status: 503 } : "Port 8080."));
const guard = guardAI(registry);
const modelOf = (name: string, baseURL: string) =>
  guard.model(createOpenAI({ name, baseURL, apiKey: "none" }).chat("gpt-5-mini"));
const models = { first: modelOf("first", first.url), second: modelOf("second", second.url) };

async function answerOf(model: (typeof models)["first"], prompt: string): Promise<string> {
  const { text } = await generateText({ model, prompt, maxRetries: 0 });
  return text;
}

const people = registry.humanQueue<string, string, "a person">({
  name: "a person",
  notify: ({ id }) => void setImmediate(() => void people.serve(id, "I looked it up: 8080.")),
});

const ask = failover([
  {
    circuit: registry.circuit("first", { failureThreshold: 3 }),
    call: (prompt: string) => answerOf(models.first, prompt),
  },
  {
    circuit: registry.circuit("second", { failureThreshold: 3 }),
    call: (prompt: string) => answerOf(models.second, prompt),
  },
  people,
]);

async function question(): Promise<void> {
  const { by, answer } = await ask("Which port does the web server use?");
  console.log(`${by} answers: ${answer}`);
}

async function questions(count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += 1) await question();
  console.log(`  requests so far: first ${first.requests()}, second ${second.requests()}\n`);
}

try {
  console.log("All is well.");
  await questions(1);

  console.log("The first provider fails.");
  down.first = true;
  await questions(5);

  console.log("The second provider fails, too.");
  down.second = true;
  await questions(4);

  console.log("A minute later the first provider is back.");
  down.first = false;
  now += 60_000;
  await questions(2);
} finally {
  await first.stop();
  await second.stop();
}
