import { checkSpec, OptionsError, type Spec } from "@guard/core";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { exitCodes } from "../exit-codes.ts";
import { InputError, unreadable } from "../input-error.ts";
import { openLedgerFile, type LedgerOptions } from "../open-ledger-file.ts";
import type { Output } from "../output.ts";
import type { Prompt } from "../prompt.ts";
import { printable } from "../printable.ts";
import { widestName } from "../shown.ts";
import { toJson } from "../to-json.ts";
import { writeLedgerFile } from "../write-ledger-file.ts";

export interface SpecOptions extends LedgerOptions, Partial<Spec> {
  readonly file?: string;
}

type Answer = keyof Spec;
type Answers = Partial<Record<Answer, string>>;

const questions: Readonly<Record<Answer, string>> = {
  does: "What does the work do? ",
  doesNot: "What does the work not do? ",
  done: "What does done look like, in one sentence? ",
};
const answers = Object.keys(questions) as readonly Answer[];
const options: Readonly<Record<Answer, string>> = {
  does: "--does",
  doesNot: "--does-not",
  done: "--done",
};

/** `guard spec`: the definition of done of a session, from a person, a file or options. */
export async function writeSpec(
  session: string,
  { db, json, file, does, doesNot, done }: SpecOptions,
  output: Output,
): Promise<number> {
  await refuseSecond(session, db);
  const given: Answers = {
    ...(file === undefined ? {} : await readAnswers(file)),
    ...withValues({ does, doesNot, done }),
  };
  const missing = answers.filter((answer) => given[answer] === undefined);
  const asked = missing.length === 0 ? given : await askFor(missing, given, output);
  if (asked === undefined) {
    output.err("You stopped guard spec. guard wrote nothing.\n");
    return exitCodes.interrupted;
  }
  const spec = await writeLedgerFile(db, (ledger) =>
    ledger.freezeSpec({ session, ...(asked as Spec) }),
  );
  const name = printable(session, widestName);
  await output.out(
    json
      ? `${toJson({ session, ...spec })}\n`
      : `guard wrote the spec of the session ${name}. It never changes.\n` +
          `Give your runs this session: accounts: { session: ${JSON.stringify(name)} }\n`,
  );
  return exitCodes.ok;
}

/** Before a person has answered three questions for nothing. */
async function refuseSecond(session: string, db: string): Promise<void> {
  if (!existsSync(db)) return;
  const ledger = await openLedgerFile(db);
  const known = ledger.specOf(session);
  ledger.close();
  if (known === undefined) return;
  const name = JSON.stringify(printable(session, widestName));
  throw new InputError(
    `the session ${name} has a spec, and a spec never changes. Name another session`,
  );
}

/** Asks for the answers that are missing, each until it is good. */
async function askFor(
  missing: readonly Answer[],
  given: Answers,
  output: Output,
): Promise<Answers | undefined> {
  if (output.prompt === undefined) {
    const needed = missing.map((one) => options[one]).join(", ");
    throw new InputError(
      `guard spec can't ask, because there is no terminal. Give ${needed}, or --file FILE`,
    );
  }
  const prompt = output.prompt();
  try {
    let all = given;
    for (const answer of missing) {
      const said = await askOne(answer, all, prompt, output);
      if (said === undefined) return undefined;
      all = { ...all, [answer]: said };
    }
    return all;
  } finally {
    prompt.close();
  }
}

async function askOne(
  answer: Answer,
  others: Answers,
  prompt: Prompt,
  output: Output,
): Promise<string | undefined> {
  for (;;) {
    const said = await prompt.ask(questions[answer]);
    if (said === undefined) return undefined;
    const fault = faultOf(answer, { ...others, [answer]: said });
    if (fault === undefined) return said;
    output.err(`${fault}\n`);
  }
}

/** What is wrong with one answer, as far as the answers so far tell. */
function faultOf(answer: Answer, given: Answers): string | undefined {
  try {
    checkSpec(given as Spec);
  } catch (error) {
    if (!OptionsError.isInstance(error)) throw error;
    const { faults } = error as OptionsError;
    return faults.find((fault) => fault.startsWith(`spec.${answer}:`));
  }
  return undefined;
}

async function readAnswers(file: string): Promise<Answers> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const { does, doesNot, done } = JSON.parse(text) as Answers;
    return withValues({ does, doesNot, done });
  } catch (error) {
    const fault = `${file}: is no JSON. Write {"does":"…","doesNot":"…","done":"…"}`;
    throw new InputError(fault, { cause: error });
  }
}

function withValues(given: Readonly<Record<Answer, string | undefined>>): Answers {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
