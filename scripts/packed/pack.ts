import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, root } from "../public-packages.ts";
import { must, twoAtATime } from "./run.ts";

const tool = (name: string) => join(root, "node_modules", ".bin", name);

/** Packs every public package as `npm publish` would, lints the tarballs, and returns their paths. */
export async function pack(folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  await twoAtATime(publicPackages, ({ directory }) =>
    must("pnpm", ["pack", "--pack-destination", folder], { cwd: directory }),
  );
  const tarballs = readdirSync(folder).map((file) => join(folder, file));
  await twoAtATime(tarballs, async (tarball) => {
    await must(tool("publint"), [tarball, "--strict"], { cwd: root });
    await must(tool("attw"), [tarball, "--profile", "esm-only"], { cwd: root });
  });
  return tarballs;
}
