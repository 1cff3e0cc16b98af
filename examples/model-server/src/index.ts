export { connect, type Connection } from "./connect.ts";
export {
  startModelServer,
  type Answer,
  type ModelServer,
  type Script,
  type ScriptedRequest,
  type Tokens,
} from "./model-server.ts";
