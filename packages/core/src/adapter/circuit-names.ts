import type { ModelCall } from "../vocabulary/call.ts";

/** Frameworks have several names for one provider. Each stands with the name that all of guard's adapters share. */
const sharedNames: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(google[-.])?vertex/, "google-vertex"],
  [/^google/, "google"],
  [/^azure/, "azure"],
  [/^(amazon-)?bedrock/, "amazon-bedrock"],
  [/^mistral/, "mistral"],
];

/** The servers of providers whose clients people also use for other servers. */
const ownServers: ReadonlyMap<string, RegExp> = new Map([
  ["openai", /(^|\.)openai\.com$/],
  ["anthropic", /(^|\.)anthropic\.com$/],
  ["google", /(^|\.)googleapis\.com$/],
]);

/**
 * The names by which guard looks for the circuit of a model call, the most exact first: `openai.responses`, then `openai`. A
 * client that asks another server than its provider's own has the circuit of that server: `llm.example.com`.
 */
export function circuitNames({ provider, baseUrl }: ModelCall): readonly string[] {
  const host = hostOf(baseUrl);
  if (typeof provider !== "string") return host === undefined ? [] : [host];
  const plain = provider.toLowerCase().replaceAll("_", "-");
  const shared = sharedNames.find(([pattern]) => pattern.test(plain));
  const name = shared?.[1] ?? plain.split(/[./]/, 1)[0]!;
  const own = ownServers.get(name);
  if (host === undefined || own === undefined || own.test(hostname(host))) return [provider, name];
  return [host];
}

/** The host of an address, with its port if the port is not the usual one. */
function hostOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).host || undefined;
}

const hostname = (host: string) => host.replace(/:\d+$/, "");
