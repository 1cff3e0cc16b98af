// Serves the chat with `next dev`. Without a key a scripted model on loopback plays the provider.
import { startModelServer } from "example-model-server";
import { script } from "./script.ts";
import { serve } from "./serve.ts";

const { OPENAI_API_KEY: key, PORT: port = "3000" } = process.env;
const model = key ? undefined : await startModelServer(script);
const provider = model && { OPENAI_API_KEY: "none", OPENAI_BASE_URL: model.url };
console.log(
  model
    ? "A scripted model on loopback: no key, no network. Set OPENAI_API_KEY for a real one."
    : "A real model, asked with your OPENAI_API_KEY: this costs money.",
);

const server = await serve("dev", { ...provider }, Number(port));
console.log(`Open ${server.url}, and ask for the port of the billing service.`);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.stop());

await server.ended;
await model?.stop();
