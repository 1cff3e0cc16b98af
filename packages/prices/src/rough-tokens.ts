import { estimateTokenCount, type TokenEstimationOptions } from "tokenx";

/**
 * Texts for which the library's estimate is wrong: emoji next to letters, random characters (hashes, ids, base64:
 * the library counts a quarter of their tokens), and scripts that the library does not know. The figures are
 * characters per token of o200k_base.
 */
const corrections: TokenEstimationOptions = {
  languageConfigs: [
    { pattern: /[\u{1F000}-\u{1FAFF}]/u, averageCharsPerToken: 0.7 },
    { pattern: /^(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9]{8,}$/, averageCharsPerToken: 1.7 },
    {
      pattern:
        /[\p{Script=Hebrew}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u,
      averageCharsPerToken: 2.5,
    },
  ],
};

/** Characters in one sample of a long text. */
const partLength = 2_048;
/** Samples of a long text. A text of up to this many samples is read in full. */
const parts = 64;

/**
 * Estimates the tokens of a text, without a correction for a model. Reads only 64 samples of a text
 * of more than 131 072 characters, evenly spread, so that no text takes longer than 15 to 40 ms.
 */
export function roughTokens(text: string): number {
  const readLength = partLength * parts;
  if (text.length <= readLength) return estimateTokenCount(text, corrections);
  const stride = (text.length - partLength) / (parts - 1);
  let tokens = 0;
  for (let part = 0; part < parts; part += 1) {
    const start = Math.floor(part * stride);
    tokens += estimateTokenCount(text.slice(start, start + partLength), corrections);
  }
  return Math.ceil(tokens * (text.length / readLength));
}
