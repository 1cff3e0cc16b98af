import { styleText } from "node:util";
import type { Verdict } from "@guard/core";
import type { Output } from "./output.ts";

type Style = "bold" | "green" | "yellow" | "red";

/** Gives a text a colour, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

export const plain: Paint = (_, text) => text;

const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** Colours only for an output that shows them. */
export function paintOf({ showsColours }: Output): Paint {
  return showsColours === true ? coloured : plain;
}

/** What people see at a glance. A call that guard allowed needs no colour. */
export const styleOf: Readonly<Partial<Record<Verdict, Style>>> = {
  warn: "yellow",
  block: "red",
  open: "red",
};
