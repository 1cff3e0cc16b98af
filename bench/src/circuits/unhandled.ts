const event = "unhandledRejection";

/** Runs `play`, and hears of each rejection that would end the process. */
export async function hearUnhandled<T>(heard: () => void, play: () => Promise<T>): Promise<T> {
  const others = process.listeners(event);
  process.removeAllListeners(event);
  process.on(event, heard);
  try {
    return await play();
  } finally {
    process.off(event, heard);
    for (const other of others) process.on(event, other);
  }
}
