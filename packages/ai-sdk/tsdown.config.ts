import { defineConfig } from "tsdown";

export default defineConfig({
  entry: ["src/index.ts", "src/codec.ts"],
  format: ["esm"],
  target: "node22",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
