/** Tools that a provider runs itself while it answers, and asks a fee for. */
export const providerTools = ["web_search", "file_search", "code_execution"] as const;
export type ProviderTool = (typeof providerTools)[number];

/** How often a provider runs each, such as `{ web_search: 3 }`. */
export type ToolRuns = Readonly<Partial<Record<ProviderTool, number>>>;
