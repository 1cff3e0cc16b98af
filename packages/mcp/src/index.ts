export { guardClient, type ClientLike, type GuardClientOptions } from "./client.ts";
