import { parse } from "node-html-parser";
import { describe, expect, test } from "vitest";
import { checks } from "../src/checks.ts";

const long = (length: number) => "x".repeat(length);
const described = (text: string) => `<meta name="description" content="${text}">`;

type Page = readonly [html: string, faults: readonly string[]];

const pages: Readonly<Record<string, readonly Page[]>> = {
  title: [
    ["<p>no title</p>", ["the title is missing"]],
    ["<title> </title>", ["the title is missing"]],
    ["<title>Shop</title>", ["the title has 4 characters, and needs 10"]],
    [`<title>${long(61)}</title>`, ["the title has 61 characters, and 60 at most are shown"]],
    [`<title>${long(60)}</title>`, []],
  ],
  description: [
    ['<meta name="author" content="Ada">', ["the description is missing"]],
    [described("Cups."), ["the description has 5 characters, and needs 50"]],
    [described(long(161)), ["the description has 161 characters, and 160 at most are shown"]],
    [described(long(50)), []],
  ],
  headings: [
    ["<p>none</p>", ["the page has 0 h1"]],
    ["<h1>a</h1><h1>b</h1>", ["the page has 2 h1"]],
    ["<h1>a</h1><h3>b</h3>", ["an h3 follows an h1"]],
    ["<h1>a</h1><h2>b</h2><h3>c</h3><h2>d</h2>", []],
  ],
  links: [
    ["<a>Cups</a>", ['the link "Cups" has no target']],
    ['<a href="/cups"> </a>', ["the link to /cups has no text"]],
    ['<a href="/cups">Cups</a>', []],
  ],
  images: [
    ['<img src="/cup.jpg">', ["the image /cup.jpg has no alt"]],
    ['<img src="/line.png" alt="">', []],
  ],
};

describe.for(Object.entries(pages))("the check of %s", ([part, ofPart]) => {
  test.for(ofPart)("of %s finds %j", ([html, faults]) => {
    expect(checks[part]!(parse(html))).toEqual(faults);
  });
});

test("each check has a test", () => {
  expect(Object.keys(pages)).toEqual(Object.keys(checks));
});
