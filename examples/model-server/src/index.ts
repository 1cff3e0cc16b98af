export { connect, type Connection } from "./connect.ts";
export { startModelServer, type ModelServer, type Script } from "./model-server.ts";
