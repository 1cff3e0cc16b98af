// Very many agents at once: minutes of work, so `npm run test:scale` plays these by themselves.
import { defineConfig } from "vitest/config";
import { plainLine } from "./scripts/plain-reporter.ts";

export default defineConfig({
  test: {
    maxWorkers: "100%",
    reporters: process.env["CI"] ? ["default", plainLine] : ["default"],
    include: ["packages/*/test/scale.test.ts"],
  },
});
