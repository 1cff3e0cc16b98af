/** What a browser sends and reads, for tests that need none. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The words of an `error` part. */
  readonly error: string | undefined;
  /** What came back of tools, in order; `refused` for a call that guard has refused. */
  readonly results: readonly string[];
  /** Whether the body has come to its proper end. */
  readonly isWhole: boolean;
}

interface Chunk {
  readonly type: string;
  readonly delta?: string;
  readonly output?: string;
  readonly errorText?: string;
}

/** A chat of this user, by id, that keeps its messages as a page does. */
export function openChat(
  url: string,
  { user, id }: { readonly user: string; readonly id: string },
) {
  const messages: object[] = [];
  const say = (role: string, text: string) => {
    messages.push({ id: crypto.randomUUID(), role, parts: [{ type: "text", text }] });
  };
  return async (question: string): Promise<Answer> => {
    say("user", question);
    const response = await fetch(`${url}/api/chat`, {
      method: "POST",
      headers: { cookie: `user=${user}` },
      body: JSON.stringify({ id, messages, trigger: "submit-message" }),
    });
    const answer = read(response.status, await response.text());
    say("assistant", answer.text);
    return answer;
  };
}

function read(status: number, body: string): Answer {
  const lines = body.split("\n").filter((line) => line.startsWith("data: "));
  const isWhole = lines.at(-1) === "data: [DONE]";
  const chunks = lines
    .slice(0, isWhole ? -1 : undefined)
    .map((line) => JSON.parse(line.slice(6)) as Chunk);
  return {
    status,
    text: chunks.map(({ type, delta }) => (type === "text-delta" ? delta : "")).join(""),
    error: chunks.find(({ type }) => type === "error")?.errorText,
    results: chunks.flatMap(({ type, output }) => {
      if (type === "tool-output-error") return ["refused"];
      return type === "tool-output-available" ? [output ?? ""] : [];
    }),
    isWhole,
  };
}
