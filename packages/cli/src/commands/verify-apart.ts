import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Verification } from "@guard/ledger-sqlite";

export interface ToVerify {
  readonly file: string;
  readonly key: string | undefined;
}

interface Progress {
  readonly done: number;
  readonly all: number;
}

export type FromVerifier = Progress | { readonly verification: Verification };

/** The same file type as this one: TypeScript in the repository, JavaScript in the package. */
const worker = new URL(`./verify-worker${extname(import.meta.url)}`, import.meta.url);

/**
 * Verifies a ledger in a thread of its own.
 *
 * @param signal stops the check
 * @returns the result, or `undefined` if the signal came first
 */
export function verifyApart(
  toVerify: ToVerify,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<Verification | undefined> {
  const thread = new Worker(worker, {
    workerData: toVerify,
    execArgv: ["--disable-warning=ExperimentalWarning"], // Node.js 22 calls node:sqlite experimental
  });
  return new Promise((resolve, reject) => {
    thread.on("message", (message: FromVerifier) => {
      if ("verification" in message) resolve(message.verification);
      else progress(message);
    });
    thread.on("error", reject);
    const stop = () => {
      resolve(undefined);
      void thread.terminate();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
