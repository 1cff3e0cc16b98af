import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type IConfigFile,
} from "@microsoft/api-extractor";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicPackages, type Entry, type PublicPackage } from "../public-packages.ts";

/** The public surface of one entry point: every declaration that a user can reach, without the docstrings. */
export interface Report {
  readonly entry: Entry;
  /** The committed report. */
  readonly file: string;
  readonly text: string;
}

/** Makes the reports of all entry points from the built declarations: `npm run build` comes first. */
export function makeReports(): readonly Report[] {
  const folder = mkdtempSync(join(tmpdir(), "api-"));
  const surfaces = publicPackages.flatMap((of) => of.entries.map((entry) => ({ of, entry })));
  const declarations = surfaces.map(({ entry }) => entry.types);
  let compiled: CompilerState | undefined;
  try {
    return surfaces.map(({ of, entry }) => {
      const config = ExtractorConfig.prepare({
        configObject: configOf(of, entry, declarations, folder),
        configObjectFullPath: undefined,
        packageJsonFullPath: join(of.directory, "package.json"),
      });
      // One compilation serves all entry points.
      compiled ??= CompilerState.create(config, { additionalEntryPoints: declarations });
      Extractor.invoke(config, {
        compilerState: compiled,
        localBuild: true,
        messageCallback: (message) => {
          message.handled = true; // prints nothing: the compiler and the linter report errors
        },
      });
      const name = `${entry.name}.api.md`;
      const text = readFileSync(join(folder, name), "utf8");
      return { entry, file: join(of.directory, "api", name), text };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function configOf(
  of: PublicPackage,
  entry: Entry,
  files: readonly string[],
  reportFolder: string,
): IConfigFile {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  return {
    projectFolder: of.directory,
    mainEntryPointFilePath: entry.types,
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: "es2023",
          lib: ["es2023", "esnext.disposable", "dom"],
          module: "nodenext",
          types: [],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: true,
        },
        files,
      },
    },
    apiReport: {
      enabled: true,
      // Types that a user reaches without a name of their own. From the adapters' seam that is all of core.
      includeForgottenExports: entry.specifier !== "@guard/core/adapter",
      reportFileName: entry.name,
      reportFolder,
      reportTempFolder: join(reportFolder, "temp"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: silent,
      extractorMessageReporting: silent,
      tsdocMessageReporting: silent,
    },
    newlineKind: "lf",
  };
}
