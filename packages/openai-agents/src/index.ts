export { guardRunner, type RunnerClass } from "./runner.ts";
export { guardAgent, type AnyAgent } from "./agent.ts";
export { guardModel, guardModelProvider } from "./model.ts";
export { guardTool } from "./tool.ts";
