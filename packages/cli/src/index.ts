export { runCli } from "./cli.ts";
export type { Output } from "./output.ts";
export type { Prompt } from "./prompt.ts";
