// What the tests of core's deciding rooms run of them. `npm run coverage` fails below the thresholds.
import { configDefaults, defineConfig } from "vitest/config";
import { mutatedRooms, roomsFolder } from "./scripts/mutation/rooms.ts";

const rooms = mutatedRooms.map(({ name }) => `${roomsFolder}/${name}/**`);

export default defineConfig({
  test: {
    include: mutatedRooms.flatMap(({ tests }) => tests.map((path) => `packages/core/test/${path}`)),
    exclude: [
      ...configDefaults.exclude,
      ...mutatedRooms.flatMap(({ leftOut }) => leftOut.map((path) => `packages/core/test/${path}`)),
    ],
    testTimeout: 20_000,
    maxWorkers: "100%",
    isolate: false,
    coverage: {
      enabled: true,
      provider: "v8",
      include: rooms,
      reporter: ["text"],
      thresholds: Object.fromEntries(
        rooms.map((room) => [room, { lines: 98, statements: 97, functions: 97, branches: 95 }]),
      ),
    },
  },
});
