import { readReport, type Declared } from "./read-report.ts";

/** What an editor must not show, and what it must, as one sentence for each fault. */
export function faultsIn(specifier: string, report: string): readonly string[] {
  return readReport(report).flatMap((declared) =>
    faultsOf(declared).map((fault) => {
      const { owner, name } = declared;
      return `${specifier}: ${owner === name || owner === "" ? name : `${owner}.${name}`} ${fault}`;
    }),
  );
}

function faultsOf(declared: Declared): readonly string[] {
  const { name, code, isInternal } = declared;
  return [
    ...(/\bany\b/.test(withoutTexts(code)) ? ["has the type `any`"] : []),
    ...(name.startsWith("_") ? ["begins with an underscore"] : []),
    ...(isInternal ? ["is internal"] : []),
    ...(needsDocstring(declared) ? ["has no docstring"] : []),
  ];
}

const withoutTexts = (code: string) => code.replaceAll(/"[^"]*"|'[^']*'/g, "");

/** Everything that is exported has a docstring, and so has every option. */
function needsDocstring({ owner, name, code, isDocumented }: Declared): boolean {
  if (isDocumented || owner === "") return false;
  return (
    code.startsWith("export ") ||
    options.test(owner) ||
    (code.startsWith("get ") && name !== "name")
  );
}

const options = /(Options|Budget|Ceilings|Limits)$/;
