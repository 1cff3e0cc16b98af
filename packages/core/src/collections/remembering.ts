import { setBounded } from "./bounded-map.ts";

const maxNames = 1_000;

/** Names come from models: don't keep a long one. */
const longestName = 200;

/** Makes a pure function of a name remember its results: a run asks for the same few names again and again. */
export function remembering<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const said = known.get(name) ?? read(name);
    if (name.length <= longestName) setBounded(known, name, said, maxNames);
    return said;
  };
}
