import { rowsHold } from "./support/rows-hold.ts";

rowsHold("@modelcontextprotocol/sdk");
