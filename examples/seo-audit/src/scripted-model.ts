import type { Script } from "example-model-server";

/**
 * A model that fetches the page, runs all checks at once, and reports what they have found. It fetches a page that does not
 * answer again and again.
 */
export const auditor: Script = ({ results, tools }) => {
  const isFetched = results.some((result) => result.startsWith("The page has"));
  if (!isFetched) return { name: "fetch_page", args: {} };
  const found = results.filter((result) => /^[a-z]+: /.test(result));
  if (found.length > 0) return ["Faults of the page:", ...found].join("\n");
  return tools.filter((name) => name.startsWith("check_")).map((name) => ({ name, args: {} }));
};
