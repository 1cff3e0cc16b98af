// Damages plain data, one value at a time.

type Path = readonly string[];

/** What a value is replaced by. */
const junk: readonly (readonly [string, unknown])[] = [
  ["removed", undefined],
  ["null", null],
  ["a name that every object has", "__proto__"],
  ["an empty text", ""],
  ["another text", "x"],
  ["a text of 10,000", "x".repeat(10_000)],
  ["-1", -1],
  ["0", 0],
  ["-0", -0],
  ["0.5", 0.5],
  ["1e308", 1e308],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["true", true],
  ["false", false],
  ["a list", []],
  ["an object", {}],
  ["an object in objects", { a: { a: { a: {} } } }],
  ["a function", () => 1],
];

/** A damaged place: `undo` mends it. */
export interface Damage {
  readonly path: string;
  readonly what: string;
  /** Whether it is a text now. */
  readonly isText: boolean;
  readonly undo: () => void;
}

/**
 * Damages every kind of place in `data` in each way, in place. Places are of one kind where only the positions in their
 * lists differ; those of a kind in `known` are left out, and others added to it.
 */
export function* damages(data: object, known: Set<string>): Generator<Damage> {
  for (const path of pathsIn(data, [])) {
    const kind = path.map((key) => (/^\d+$/.test(key) ? "*" : key)).join(".");
    if (known.has(kind)) continue;
    known.add(kind);
    const parent = path.slice(0, -1).reduce<object>((at, key) => Reflect.get(at, key), data);
    const key = path.at(-1)!;
    const own: unknown = Reflect.get(parent, key);
    const at = path.join(".");
    const undo = () => void Reflect.set(parent, key, own);
    for (const [what, value] of junk) {
      if (Object.is(own, value)) continue;
      if (value === undefined) Reflect.deleteProperty(parent, key);
      else Reflect.set(parent, key, value);
      yield { path: at, what, isText: typeof value === "string", undo };
      undo();
    }
    if (Array.isArray(own) && own.length > 0) {
      own.push(own[0]);
      yield { path: at, what: "an item twice", isText: false, undo };
      own.pop();
    } else if (typeof own === "object" && own !== null) {
      const hostile = JSON.parse('{"__proto__":{"nanoUsd":-1}}') as object;
      Reflect.set(parent, key, Object.assign(hostile, own));
      yield { path: at, what: "__proto__ beside its keys", isText: false, undo };
      Reflect.set(parent, key, { ...own, unheardOf: 1 });
      yield { path: at, what: "an unknown key beside its keys", isText: false, undo };
      undo();
    }
  }
}

function* pathsIn(value: unknown, at: Path): Generator<Path> {
  if (at.length > 0) yield at;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* pathsIn(inner, [...at, key]);
}
