export { guardRunner } from "./runner.ts";
export { guardAgent, type AnyAgent } from "./agent.ts";
export { guardModel } from "./model.ts";
export { guardTool } from "./tool.ts";
