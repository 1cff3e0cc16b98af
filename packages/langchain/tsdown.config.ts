import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/run-handler.ts"],
  format: ["esm"],
  target: "node20.19",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
