import { expect, test } from "vitest";
import { withMethods } from "../../src/adapter/index.ts";

class Model {
  readonly #secret = "private";
  name = "own";
  read() {
    return this.#secret;
  }
  get hidden() {
    return this.#secret;
  }
  ask() {
    return "asked";
  }
}

test("withMethods: other methods, and everything else as it is, private fields too", () => {
  const model = new Model();
  const other = withMethods(model, { ask: () => "guarded" });
  expect([other.ask(), other.read(), other.hidden, other.name]).toEqual([
    "guarded",
    "private",
    "private",
    "own",
  ]);
  expect(other).toBeInstanceOf(Model);
  expect(other.constructor).toBe(Model);
  expect(model.ask()).toBe("asked");
});
