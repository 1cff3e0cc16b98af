import { tool } from "ai";
import { z } from "zod";

const pages: Record<string, string> = { "web server port": "The web server listens on port 8080." };

export const tools = {
  search_docs: tool({
    description: "Searches the documentation.",
    inputSchema: z.object({ query: z.string() }),
    execute: ({ query }) => pages[query] ?? "No results.",
  }),
};
