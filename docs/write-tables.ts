import { writeFileSync } from "node:fs";
import { playAll } from "../matrix/src/children.ts";
import { adapters } from "../matrix/src/frameworks/index.ts";
import { adaptersPage, withMatrix } from "./adapters.ts";
import { pages, pathOf, withTables } from "./tables.ts";

for (const page of pages) writeFileSync(pathOf(page), withTables(page));

const { judged, dead } = await playAll({ adapters, versions: ["newest"], pairwise: false });
if (dead.length > 0) throw new Error(dead.join("\n"));
writeFileSync(adaptersPage, withMatrix(judged.map(({ row }) => row)));
