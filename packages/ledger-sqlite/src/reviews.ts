import { GuardError, OptionsError, type LedgerEntry, checkSpec, type Spec } from "@guard/core";
import type { DatabaseSync } from "node:sqlite";
import { frameHash, frameOf, specIn, type Frame } from "./frame.ts";
import { inTransaction } from "./in-transaction.ts";
import { readSession } from "./session-rows.ts";
import { wellFormed } from "./well-formed.ts";

/** A receipt: a reviewer has read a frame, and attests it. */
export interface Attestation {
  readonly session: string;
  /** The hash of the frame that the reviewer has read. */
  readonly frame: string;
  readonly reviewer: string;
  readonly notes?: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

/** A frame with its hash, and what stands around it. */
export interface Review {
  readonly frame: Frame;
  /** The SHA-256 of the frame, in hexadecimal. */
  readonly hash: string;
  /** All attestations of the session, also those of an older frame. */
  readonly attestations: readonly Attestation[];
  /**
   * How many rows of the evidence no checkpoint covers. Not part of the frame: a later checkpoint covers them, and the
   * evidence stays the same.
   */
  readonly uncovered: number;
}

/** What reviewers and your code read about a session: the `session` of a run's `accounts`. */
export interface SessionReader {
  /** Returns the spec of a session, or `undefined` if the session has none. */
  specOf(session: string): Spec | undefined;
  /** Returns the frame of a session as the file is now: what a reviewer reads. */
  review(session: string): Review;
  /**
   * Returns the attestations of the current frame. Without one it throws at once, so a forgotten `await` lets nothing
   * pass.
   *
   * @throws {NotAttestedError} if no reviewer has attested the session, or if the ledger holds more than the reviewer has read
   *
   * @example
   * await ledger.requireAttested("audit-7");
   * await publish(report);
   */
  requireAttested(session: string): readonly Attestation[];
}

/** What people write about a session, beside what they read. */
export interface Reviews extends SessionReader {
  /**
   * Writes the spec of a session. A session has one spec, and it never changes.
   *
   * @throws {OptionsError} for a session that has a spec, for an answer that is empty, and for a `done` that has fewer than
   * five words or repeats another answer
   *
   * @example
   * ledger.freezeSpec({
   *   session: "audit-7",
   *   does: "audits one page for missing titles",
   *   doesNot: "change the page",
   *   done: "the report names every missing title",
   * });
   */
  freezeSpec(spec: Spec & { readonly session: string }): Spec;
  /**
   * Writes a receipt with the hash of the current frame. The receipt is not part of the frame, so a second reviewer attests
   * the same hash.
   *
   * @throws {OptionsError} for a session that the file knows nothing about, for an empty `reviewer`, and if the frame is
   * no longer the one that you name with `frame`
   *
   * @example
   * const { hash } = ledger.review("audit-7");
   * ledger.attest("audit-7", { reviewer: "Ada", frame: hash });
   */
  attest(session: string, options: AttestOptions): Attestation;
}

/** Options of {@link Reviews.attest}. */
export interface AttestOptions {
  /** Who has read the frame. */
  readonly reviewer: string;
  /** What the reviewer wants to say, as free text. */
  readonly notes?: string | undefined;
  /** The hash of the frame that the reviewer has read. Default: the frame as it is now. */
  readonly frame?: string | undefined;
}

/** No reviewer has attested the current frame of a session. */
export class NotAttestedError extends GuardError {
  override readonly name = "NotAttestedError";
  readonly session: string;
  /** The hash of the current frame. */
  readonly frame: string;

  constructor({ frame: { session }, hash, attestations }: Review) {
    const why =
      attestations.length === 0
        ? "no reviewer has attested it"
        : "the ledger has changed since the last attestation";
    // A name with other characters could mean something to a shell.
    const word = /^[\w.:@/][\w.:@/-]*$/.test(session) ? session : "SESSION";
    super(
      "GUARD_NOT_ATTESTED",
      `session ${JSON.stringify(session)}: ${why}. Read it: guard review ${word}. Then attest it: guard attest ${word} --reviewer NAME`,
    );
    this.session = session;
    this.frame = hash;
  }
}

/** Reads the sessions of a file. */
export function sessionReader(database: () => DatabaseSync): SessionReader {
  const review = (given: string): Review => {
    const session = wellFormed(given);
    const rows = readSession(database(), session);
    const frame = frameOf(session, rows);
    return {
      frame,
      hash: frameHash(frame),
      attestations: rows.flatMap(({ entry }) =>
        entry.type === "attestation" ? [attestationOf(entry)] : [],
      ),
      uncovered: uncoveredIn(database(), frame),
    };
  };
  const specOf = (given: string): Spec | undefined => {
    const session = wellFormed(given);
    const found = specIn(session, readSession(database(), session));
    return found && { does: found.does, doesNot: found.doesNot, done: found.done };
  };
  return {
    review,
    specOf,
    requireAttested(session) {
      const found = review(session);
      const current = found.attestations.filter(({ frame }) => frame === found.hash);
      if (current.length === 0) throw new NotAttestedError(found);
      return current;
    },
  };
}

interface Parts {
  readonly database: () => DatabaseSync;
  readonly append: (entries: readonly LedgerEntry[]) => void;
  readonly clock: () => number;
}

/** The reviews of the sessions in a file. */
export function reviews({ database, append, clock }: Parts): Reviews {
  const reader = sessionReader(database);
  /** Writes an entry, and returns its time. */
  const write = (entry: Written): number => {
    const at = clock();
    append([{ ...entry, run: "", at, postings: [] }]);
    return at;
  };

  return {
    ...reader,
    freezeSpec(given) {
      const spec = checkSpec(given);
      const session = named("spec.session", given.session);
      return inTransaction(database(), () => {
        if (reader.specOf(session) !== undefined) {
          const fault = `spec.session: ${JSON.stringify(session)} has a spec, and a spec never changes (name another session)`;
          throw new OptionsError([fault]);
        }
        write({ type: "spec", session, ...spec });
        return spec;
      });
    },
    attest(given, options) {
      const session = named("session", given);
      const reviewer = named("reviewer", options.reviewer).trim();
      const notes = options.notes === undefined ? "" : wellFormed(options.notes.trim());
      return inTransaction(database(), () => {
        const { frame, hash } = reader.review(session);
        const isEmpty = frame.evidence.length === 0 && frame.promise === undefined;
        if (isEmpty) {
          const fault = `session: the ledger holds nothing about ${JSON.stringify(session)} (name the session of the run's accounts)`;
          throw new OptionsError([fault]);
        }
        if (options.frame !== undefined && options.frame !== hash) {
          const fault = `frame: the ledger has changed since you read this frame (read it again: its hash is now ${hash})`;
          throw new OptionsError([fault]);
        }
        const written = { session, frame: hash, reviewer, ...(notes !== "" && { notes }) };
        return { ...written, at: write({ type: "attestation", ...written }) };
      });
    },
  };
}

type AttestationEntry = Extract<LedgerEntry, { type: "attestation" }>;
type Kept = "run" | "at" | "postings";
type Written = Omit<Extract<LedgerEntry, { type: "spec" }>, Kept> | Omit<AttestationEntry, Kept>;

function attestationOf({ session, frame, reviewer, notes, at }: AttestationEntry): Attestation {
  return { session, frame, reviewer, ...(notes !== undefined && { notes }), at };
}

function named(path: string, name: unknown): string {
  const text = typeof name === "string" ? wellFormed(name) : "";
  if (text.trim() === "") throw new OptionsError([`${path}: expected a name, received nothing`]);
  return text;
}

function uncoveredIn(database: DatabaseSync, { evidence }: Frame): number {
  const { size } = database
    .prepare("SELECT coalesce(max(size), 0) AS size FROM checkpoints")
    .get() as { size: number };
  return evidence.filter(({ seq }) => seq > size).length;
}
