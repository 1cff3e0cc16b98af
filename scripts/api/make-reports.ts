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

/** Whether a report lists the types that users reach and can't import. From the adapters' seam they reach all of core. */
export const listsUnexported = ({ specifier }: Entry): boolean =>
  specifier !== "@guard/core/adapter";

/** Makes the reports of all entry points from the built declarations: `npm run build` comes first. */
export function makeReports(): readonly Report[] {
  const folder = mkdtempSync(join(tmpdir(), "api-"));
  const compiled = compileAll(folder);
  try {
    return publicPackages.flatMap((of) => {
      const [main, ...others] = of.entries.map((entry) => ({
        entry,
        file: join(of.directory, "api", `${entry.name}.api.md`),
        text: extract(configOf(of, entry, folder), compiled, folder),
      }));
      const short = others.map((other) => ({ ...other, text: without(main!.text, other.text) }));
      return [main!, ...short];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const declarations = publicPackages.flatMap(({ entries }) => entries.map(({ types }) => types));

/** One compilation serves all entry points. */
function compileAll(folder: string): CompilerState {
  const [first] = publicPackages;
  const config = configOf(first!, first!.entries[0]!, folder);
  return CompilerState.create(config, { additionalEntryPoints: declarations });
}

function extract(config: ExtractorConfig, compilerState: CompilerState, folder: string): string {
  Extractor.invoke(config, {
    compilerState,
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true; // prints nothing: the compiler and the linter report errors
    },
  });
  return readFileSync(join(folder, "report.api.md"), "utf8");
}

/** Leaves out the types without an export that the package's main report has: they are listed once. */
function without(main: string, report: string): string {
  const known = new Set(main.split("\n\n").map(declaredIn));
  const isKnown = (block: string) => unexported.test(block) && known.has(declaredIn(block));
  const blocks = report.split("\n\n").filter((block) => !isKnown(block));
  return blocks.join("\n\n");
}

const unexported = /^(?:declare |abstract )*(?:class|interface|type|const|function) /m;
const declaredIn = (block: string) =>
  /^(?:export |declare |abstract )*(?:class|interface|type|const|function) ([\w$]+)/m.exec(
    block,
  )?.[1];

function configOf(of: PublicPackage, entry: Entry, reportFolder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObject: configObjectOf(of, entry, reportFolder),
    configObjectFullPath: undefined,
    packageJsonFullPath: join(of.directory, "package.json"),
  });
}

function configObjectOf(of: PublicPackage, entry: Entry, reportFolder: string): IConfigFile {
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
        files: declarations,
      },
    },
    apiReport: {
      enabled: true,
      includeForgottenExports: listsUnexported(entry),
      reportFileName: "report",
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
