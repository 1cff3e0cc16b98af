import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    bin: "src/bin.ts",
    "verify-worker": "src/commands/verify-worker.ts",
  },
  format: ["esm"],
  target: "node22.12",
  dts: true,
  tsconfig: "tsconfig.build.json",
});
