/** Tools that a provider runs itself while it answers. Each run costs a fee. */
export const providerTools = ["web_search", "file_search", "code_execution"] as const;
/** A tool that a provider runs itself, for a fee. */
export type ProviderTool = (typeof providerTools)[number];

/** How often a provider runs tools of its own, such as `{ web_search: 3 }`. */
export type ToolRuns = Readonly<Partial<Record<ProviderTool, number>>>;
