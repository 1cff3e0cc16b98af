export { modelPrices, type ModelPrices } from "./model-prices.ts";
export type { ModelPricesOptions, TablePrice } from "./options.ts";
