import { parentPort, workerData } from "node:worker_threads";
import { openLedger } from "@guard/ledger-sqlite";
import type { FromVerifier, ToVerify } from "./verify-apart.ts";

// The check keeps its thread busy. In a thread of its own, Ctrl-C still reaches the command.
const { file, key } = workerData as ToVerify;
const tell = (message: FromVerifier) => parentPort?.postMessage(message, []);
const ledger = openLedger(file, { readOnly: true, key });
const verification = ledger.verify((done, all) => tell({ done, all }));
ledger.close();
tell({ verification });
