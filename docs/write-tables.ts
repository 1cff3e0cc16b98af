import { writeFileSync } from "node:fs";
import { pages, pathOf, withTables } from "./tables.ts";

for (const page of pages) writeFileSync(pathOf(page), withTables(page));
