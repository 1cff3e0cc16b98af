import { existsSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

const wellKnown = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const args = [
  "--headless",
  "--no-sandbox", // it does not work for root
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts this machine's Chromium, or else the one in `node_modules`; where neither runs, tells why. */
export async function startChromium(): Promise<Browser | string> {
  const found = wellKnown.find((path) => existsSync(path));
  try {
    if (found !== undefined) return await chromium.launch({ executablePath: found, args });
    if (process.platform === "linux" && process.arch === "x64") return await startPacked();
  } catch (error) {
    return `No Chromium runs here: ${String(error).split("\n")[0]}`;
  }
  return "No Chromium is here: install one, or run this on Linux (x64).";
}

/** The Chromium that an npm package brings along, unpacked until the browser is closed. */
async function startPacked(): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), "guard-chromium-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const browser = await startIn(folder);
    browser.once("disconnected", remove);
    return browser;
  } catch (error) {
    remove();
    throw error;
  }
}

/** Starts it with the libraries and fonts that a bare Linux lacks. */
async function startIn(folder: string): Promise<Browser> {
  process.env["TMPDIR"] = folder; // the package unpacks to there
  const { default: packed, inflate } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  const bin = new URL("../bin/", import.meta.resolve("@sparticuz/chromium"));
  const libraries = await inflate(fileURLToPath(new URL("al2023.tar.br", bin)));
  const fonts = join(folder, "fonts");
  await writeFile(
    join(fonts, "fonts.conf"),
    `<fontconfig><dir>${fonts}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: join(libraries, "lib"),
    FONTCONFIG_PATH: fonts,
  };
  return chromium.launch({ executablePath, args, env });
}
