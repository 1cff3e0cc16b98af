import { OptionsError } from "@guard/core";
import { noSuchOption, read } from "@guard/core/adapter";
import * as v from "valibot";

/**
 * What a model costs, in USD per million tokens.
 *
 * @example
 * const price: TablePrice = { inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 };
 */
export interface TablePrice {
  /** Tokens of the request, in USD per million. */
  readonly inputUsdPerMillion: number;
  /** Tokens of the answer, thoughts included, in USD per million. */
  readonly outputUsdPerMillion: number;
  /** Tokens that the provider reads from its cache, in USD per million. Default: `inputUsdPerMillion`. */
  readonly cachedInputUsdPerMillion?: number | undefined;
  /** Tokens that the provider writes into its cache, in USD per million. Default: `inputUsdPerMillion`. */
  readonly cacheWriteUsdPerMillion?: number | undefined;
  /** Tokens that the provider writes into its cache for an hour, in USD per million. Default: 2 × `inputUsdPerMillion`. */
  readonly cacheWrite1hUsdPerMillion?: number | undefined;
}

/**
 * Options of `modelPrices`. All are optional.
 *
 * @example
 * modelPrices({
 *   table: { "my-model": { inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 } },
 *   serviceTiers: { flex: 0.5 },
 * });
 */
export interface ModelPricesOptions {
  /**
   * Your own prices, by model (`my-model`) or by provider and model (`groq/my-model`). Default: none.
   *
   * They win over the provider's report and over the price data. Case does not matter. A key without a date also
   * holds for the model's dated ids.
   *
   * @example
   * modelPrices({ table: { "ollama/llama3.3": { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } } });
   */
  readonly table?: Readonly<Record<string, TablePrice>> | undefined;
  /**
   * The factor on the list price, by service tier: `0.5` halves the price. Default: 1 for `flex` and `batch`, 2.5 for
   * `priority`. A call in any other tier has no known price unless you add the tier here.
   *
   * @example
   * modelPrices({ serviceTiers: { flex: 0.5 } });
   */
  readonly serviceTiers?: Readonly<Record<string, number>> | undefined;
}

const amount = v.message(v.pipe(v.number(), v.finite(), v.minValue(0)), "a number of at least 0");
const factor = v.message(v.pipe(v.number(), v.finite(), v.gtValue(0)), "a number greater than 0");

const price = {
  inputUsdPerMillion: amount,
  outputUsdPerMillion: amount,
  cachedInputUsdPerMillion: v.optional(amount),
  cacheWriteUsdPerMillion: v.optional(amount),
  cacheWrite1hUsdPerMillion: v.optional(amount),
};

const optionsSchema = v.strictObject(
  {
    table: v.optional(
      v.record(
        v.string(),
        v.strictObject(price, "an object with prices"),
        "an object with prices by model",
      ),
    ),
    serviceTiers: v.optional(v.record(v.string(), factor, "an object with factors by tier")),
  },
  "an object",
);

/**
 * Checks options.
 *
 * @throws {OptionsError} naming the path of each fault, what was received, and what to write
 */
export function assertOptions(options: ModelPricesOptions): void {
  const { issues } = v.safeParse(optionsSchema, options);
  if (issues !== undefined) throw new OptionsError(issues.map(faultOf));
}

const onePrice = "{ inputUsdPerMillion: 0.25, outputUsdPerMillion: 2 }";

function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "options";
  const isInTable = path.startsWith("table.");
  if (issue.expected === "never") return noSuch(issue, path, isInTable);
  const isMissing = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (isMissing) return `${path}: is missing. Write ${onePrice}`;
  const fault = `${path}: expected ${issue.message}, received ${issue.received}`;
  if (issue.type === "strict_object" && isInTable) return `${fault}. Write ${onePrice}`;
  return issue.expected === "Object" ? `${fault}. Write ${example}` : fault;
}

const example = `modelPrices({ table: { "my-model": ${onePrice} } })`;

/** An option that does not exist. Some people write prices outside of the table. */
function noSuch(issue: v.BaseIssue<unknown>, path: string, isInTable: boolean): string {
  const { key, value } = issue.path!.at(-1)! as { readonly key: string; readonly value: unknown };
  const names = Object.keys(isInTable ? price : optionsSchema.entries);
  const fault = `${path.slice(0, -key.length)}${noSuchOption(key, names)}`;
  if (isInTable || read(value, "inputUsdPerMillion") === undefined) return fault;
  return `${fault}. Put prices into table: ${example.replace("my-model", () => key)}`;
}
