import { rowsHold } from "./support/rows-hold.ts";

rowsHold("@openai/agents");
