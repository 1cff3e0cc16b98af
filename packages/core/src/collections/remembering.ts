import { setBounded } from "./bounded-map.ts";

const maxNames = 1_000;

/** Names come from models: a long one is not kept. */
const longestName = 200;

/** A pure function of a name that remembers what it has said: a run asks for the same few again and again. */
export function remembering<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const said = known.get(name) ?? read(name);
    if (name.length <= longestName) setBounded(known, name, said, maxNames);
    return said;
  };
}
