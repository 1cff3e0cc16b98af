import type { LoopTools } from "@guard/loop";
import { parse, type HTMLElement } from "node-html-parser";
import { checks } from "./checks.ts";

/** The tools of the auditor: one fetches the page, and one for each part checks it. No tool can reach another page. */
export function pageTools(url: URL): LoopTools {
  let page: HTMLElement | undefined;
  const parameters = { type: "object", properties: {} };
  const fetchPage = async (_: unknown, signal: AbortSignal) => {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Error(`the page answers with the status ${answer.status}`);
    const html = await answer.text();
    page = parse(html);
    return `The page has ${html.length} characters. Check it now.`;
  };
  const checkTools = Object.entries(checks).map(([part, check]) => {
    const run = () => {
      if (page === undefined) throw new Error("fetch the page first");
      const faults = check(page);
      return `${part}: ${faults.length === 0 ? "no faults" : faults.join("; ")}`;
    };
    return [`check_${part}`, { description: `Checks the ${part} of the page.`, parameters, run }];
  });
  return {
    fetch_page: { description: "Fetches the page.", parameters, run: fetchPage },
    ...Object.fromEntries(checkTools),
  };
}
