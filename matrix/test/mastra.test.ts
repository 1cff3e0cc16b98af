import { rowsHold } from "./support/rows-hold.ts";

rowsHold("@mastra/core");
