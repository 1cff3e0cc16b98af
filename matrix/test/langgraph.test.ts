import { rowsHold } from "./support/rows-hold.ts";

rowsHold("@langchain/langgraph");
