/** A promise, and what fulfils it. */
export function withResolvers() {
  const resolvers: (() => void)[] = [];
  const promise = new Promise<void>((resolve) => void resolvers.push(resolve));
  return { promise, resolve: () => resolvers.forEach((resolve) => resolve()) };
}

/** Waits until so many have come. */
export function meeting(members: number): () => Promise<void> {
  const { promise, resolve } = withResolvers();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === members) resolve();
    return promise;
  };
}
