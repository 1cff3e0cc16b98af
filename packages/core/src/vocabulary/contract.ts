// A symbol of the whole process: two copies of this package know each other by it.
const contractMark = Symbol.for("guard.contract");

/** The version of what adapters rely on in a breaker and a registry. */
export const contract = 1;

/** Marks a breaker or a registry with the contract of this version. */
export function markContract(made: object): void {
  Object.defineProperty(made, contractMark, { value: contract });
}

/** The contract in a mark. `undefined` for an object without a mark. */
export function contractOf(made: object): unknown {
  return contractMark in made ? Reflect.get(made, contractMark) : undefined;
}
