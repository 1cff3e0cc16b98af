import { named, type CountedTool } from "guard-test-support/langchain";
import { StructuredTool, Tool, tool, type StructuredToolInterface } from "@langchain/core/tools";
import { z } from "zod";

export type Kind = "tool()" | "class" | "throwing tool";

const description = "Uses it.";
const schema = z.object({ q: z.string() });

/** A tool `use({ q })` that answers the same to the same. */
export function useTool(
  kind: Kind = "tool()",
  answer = (q: string) => `${q} is there`,
): CountedTool {
  const ran: string[] = [];
  const body = (q: string) => {
    ran.push(q);
    if (kind === "throwing tool") throw new Error("out of order");
    return answer(q);
  };
  return { ran, tool: kind === "class" ? new Use(body) : named("use", body) };
}

/** The same for agents that write their actions as text: it takes a text. */
export function useText(kind: Kind = "tool()"): CountedTool {
  const ran: string[] = [];
  const body = (q: string) => {
    ran.push(q);
    if (kind === "throwing tool") throw new Error("out of order");
    return `${q} is there`;
  };
  const made =
    kind === "class"
      ? new UseText(body)
      : tool(body, { name: "use", description, schema: z.string() });
  return { ran, tool: made as unknown as StructuredToolInterface };
}

class Use extends StructuredTool {
  readonly name = "use";
  readonly description = description;
  readonly schema = schema;
  readonly #body: (q: string) => string;

  constructor(body: (q: string) => string) {
    super();
    this.#body = body;
  }

  protected async _call({ q }: { q: string }): Promise<string> {
    return this.#body(q);
  }
}

class UseText extends Tool {
  readonly name = "use";
  readonly description = description;
  readonly #body: (q: string) => string;

  constructor(body: (q: string) => string) {
    super();
    this.#body = body;
  }

  protected async _call(input: string): Promise<string> {
    return this.#body(input);
  }
}
