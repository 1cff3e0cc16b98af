/** The tools of the crew. Each member wraps them for its own framework. */
export interface CrewTools {
  /** Hands a task to a member, and returns the member's answer. */
  readonly ask: (member: Member, task: string) => Promise<string>;
  /** Reads a page. Several members have this tool. */
  readonly fetchPage: (url: string) => string;
}

/** The members that the manager hands work to. Each has a framework of its own. */
export type Member = "researcher" | "editor" | "writer";

/** The crew's model, and where to ask it. */
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

/** The first message to each member. */
export const instructions = (name: string): string =>
  `You are the ${name} of a crew that writes a report.`;
