import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/bin.ts"],
  format: ["esm"],
  target: "node22.12",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
