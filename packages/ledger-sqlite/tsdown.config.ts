import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node22.13",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
