import type { HTMLElement } from "node-html-parser";

/** Looks at one part of a page, and returns what is wrong with it. */
export type Check = (page: HTMLElement) => readonly string[];

/** The lengths that search engines show in full. */
const title = { fewest: 10, most: 60 };
const description = { fewest: 50, most: 160 };

/** The checks, by the name of their part. */
export const checks: Readonly<Record<string, Check>> = {
  title: (page) => lengthFaults("the title", page.querySelector("title")?.text, title),
  description: (page) => {
    const text = page.querySelector('meta[name="description"]')?.getAttribute("content");
    return lengthFaults("the description", text, description);
  },
  headings: (page) => {
    const levels = page
      .querySelectorAll("h1,h2,h3,h4,h5,h6")
      .map(({ tagName }) => Number(tagName[1]));
    const mains = levels.filter((level) => level === 1).length;
    const skips = levels.flatMap((level, index) => {
      const before = levels[index - 1] ?? level;
      return level > before + 1 ? [`an h${level} follows an h${before}`] : [];
    });
    return [...(mains === 1 ? [] : [`the page has ${mains} h1`]), ...skips];
  },
  links: (page) =>
    page.querySelectorAll("a").flatMap((link) => {
      const target = link.getAttribute("href")?.trim();
      if (!target) return [`the link "${link.text.trim()}" has no target`];
      return link.text.trim() === "" ? [`the link to ${target} has no text`] : [];
    }),
  images: (page) =>
    page.querySelectorAll("img").flatMap((image) => {
      const isDescribed = image.hasAttribute("alt"); // an empty alt marks a decoration
      return isDescribed ? [] : [`the image ${image.getAttribute("src")} has no alt`];
    }),
};

function lengthFaults(
  what: string,
  text: string | undefined,
  { fewest, most }: { readonly fewest: number; readonly most: number },
): readonly string[] {
  const { length } = text?.trim() ?? "";
  if (length === 0) return [`${what} is missing`];
  if (length < fewest) return [`${what} has ${length} characters, and needs ${fewest}`];
  return length > most ? [`${what} has ${length} characters, and ${most} at most are shown`] : [];
}
