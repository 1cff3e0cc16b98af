import { createHash } from "node:crypto";

const digests = Array.from({ length: 150 }, (_, i) =>
  createHash("sha256").update(String(i)).digest(),
);
const uuidOf = (hex: string) =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
const hits = Array.from({ length: 60 }, (_, i) => ({
  id: i * 7919,
  title: `Quarterly report ${i}`,
  score: (i * 1.37).toFixed(3),
  tags: ["finance", "draft"],
}));

const english =
  "The harbour was quiet that morning, and nobody on the pier had noticed the small boat that drifted in " +
  "with the tide. Two days later the newspapers wrote about little else. ";
const code = `export function total(rows: readonly Row[]): number {
  const open = rows.filter((row) => row.status !== "closed" && row.amount > 0);
  return open.reduce((sum, { amount, discount = 0 }) => sum + amount * (1 - discount), 0);
}
`;
const markdown = `| region | revenue | change |
| ------ | ------: | -----: |
| North  | 1,204.5 | +3.2 % |
| South  |   987.1 | -0.4 % |
`;

/**
 * Kinds of text that agents send, and how many tokens each really has by o200k_base, the tokenizer of
 * OpenAI's models since gpt-4o (counted with gpt-tokenizer 4.0.0).
 */
export const texts: readonly {
  readonly kind: string;
  readonly text: string;
  readonly tokens: number;
}[] = [
  { kind: "English", text: english.repeat(20), tokens: 701 },
  {
    kind: "German",
    text: "Die Prüfung der Unterlagen hat länger gedauert, als ursprünglich vorgesehen war. ".repeat(
      30,
    ),
    tokens: 481,
  },
  { kind: "TypeScript", text: code.repeat(15), tokens: 930 },
  { kind: "JSON of a tool", text: JSON.stringify(hits), tokens: 1_561 },
  { kind: "Markdown table", text: markdown.repeat(20), tokens: 980 },
  {
    kind: "numbers",
    text: digests.map((digest) => digest.readUInt32BE() / 1_000).join(","),
    tokens: 862,
  },
  { kind: "base64", text: Buffer.concat(digests).toString("base64"), tokens: 4_369 },
  {
    kind: "hashes",
    text: digests.map((digest) => digest.toString("hex")).join("\n"),
    tokens: 5_658,
  },
  {
    kind: "UUIDs",
    text: digests.map((digest) => uuidOf(digest.toString("hex"))).join("\n"),
    tokens: 3_522,
  },
  { kind: "Chinese", text: "这是一个测试文本，用于估计令牌数量。".repeat(60), tokens: 720 },
  {
    kind: "Japanese",
    text: "この文章はトークン数を見積もるための例です。".repeat(60),
    tokens: 961,
  },
  {
    kind: "Russian",
    text: "Это проверка оценки количества токенов в русском тексте. ".repeat(40),
    tokens: 521,
  },
  { kind: "Arabic", text: "هذا اختبار لتقدير عدد الرموز في النص العربي. ".repeat(40), tokens: 481 },
  { kind: "Hebrew", text: "זהו מבחן להערכת מספר האסימונים בטקסט. ".repeat(40), tokens: 601 },
  {
    kind: "Hindi",
    text: "यह टोकन की संख्या का अनुमान लगाने के लिए एक परीक्षण है। ".repeat(40),
    tokens: 601,
  },
  { kind: "Thai", text: "นี่คือการทดสอบการประมาณจำนวนโทเค็น".repeat(40), tokens: 520 },
  { kind: "emoji", text: "😀🎉🚀👍".repeat(150), tokens: 900 },
];
