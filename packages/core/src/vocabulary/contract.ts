// A symbol of the whole process: two copies of this package know each other by it.
const contractMark = Symbol.for("guard.contract");

/** What adapters rely on in a breaker and a registry. It grows when that changes. */
export const contract = 1;

/** Says by which contract a breaker or a registry was made. */
export function markContract(made: object): void {
  Object.defineProperty(made, contractMark, { value: contract });
}

/** The contract by which something was made; `undefined` for what has no mark. */
export function contractOf(made: object): unknown {
  return contractMark in made ? Reflect.get(made, contractMark) : undefined;
}
