import type { Script } from "example-model-server";

/** A model that finds the port of the web server, and searches for the port of the billing service for ever. */
export const script: Script = ({ question, results }) => {
  const service = ["web server", "billing service"].find((name) => question.includes(name));
  if (service === undefined) return "Ask me for a port.";
  if (service === "web server" && results.at(-1)?.includes("8080")) return "It is 8080.";
  return { name: "search_docs", args: { query: `${service} port` } };
};
