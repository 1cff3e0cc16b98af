/** What the members of a crew can do, in every framework. */
export interface CrewTools {
  /** Hands a task to a member, and brings back what it says. */
  readonly ask: (member: Member, task: string) => Promise<string>;
  /** Reads a page. Several members have it. */
  readonly fetchPage: (url: string) => string;
}

/** Those that work is handed to: each is built with a framework of its own. */
export type Member = "researcher" | "editor" | "writer";

/** Where the crew's models are. */
export interface Model {
  readonly name: string;
  readonly apiKey: string;
  readonly baseURL: string | undefined;
}

export const descriptions: Readonly<Record<Member, string>> = {
  researcher: "Finds facts.",
  editor: "Reviews texts.",
  writer: "Writes texts.",
};

/** What each member is told first. */
export const instructions = (name: string): string =>
  `You are the ${name} of a crew that writes a report.`;
