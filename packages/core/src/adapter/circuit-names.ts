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

/** By which names guard looks for the circuit of a model call, and which server answers the call. */
export interface CircuitNames {
  /** The most exact name first: `llm.example.com`, `openai.responses`, `openai`. */
  readonly names: readonly string[];
  /** The name of the server, if it is another than the provider's own. */
  readonly otherServer: string | undefined;
}

/** Reads the names from a model call. A circuit for the host of the server comes first. */
export function circuitNames({ provider, baseUrl }: ModelCall): CircuitNames {
  const host = hostOf(baseUrl);
  const ofServer = host === undefined ? [] : [host];
  if (typeof provider !== "string") return { names: ofServer, otherServer: undefined };
  const plain = provider.toLowerCase().replaceAll("_", "-");
  const shared = sharedNames.find(([pattern]) => pattern.test(plain));
  const name = shared?.[1] ?? plain.split(/[./]/, 1)[0]!;
  const own = ownServers.get(name);
  const isOther = host !== undefined && own !== undefined && !own.test(hostname(host));
  return {
    names: [...ofServer, provider, name],
    otherServer: isOther ? host : undefined,
  };
}

/** The host of an address, with its port if the port is not the usual one. */
function hostOf(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  return new URL(address).host || undefined;
}

const hostname = (host: string) => host.replace(/:\d+$/, "");
