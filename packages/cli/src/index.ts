export { runCli } from "./cli.ts";
export type { Output } from "./output.ts";
