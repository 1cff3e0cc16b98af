export { GuardCallbackHandler } from "./langchain.ts";
