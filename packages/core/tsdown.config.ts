import { defineConfig } from "tsdown";

export default defineConfig({
  entry: [
    "src/index.ts",
    "src/adapter/index.ts",
    "src/record/index.ts",
    "src/replay/index.ts",
    "src/store/index.ts",
  ],
  format: ["esm"],
  target: "node20.19",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
