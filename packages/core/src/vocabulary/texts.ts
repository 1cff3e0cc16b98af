import type { Finding } from "./call.ts";
import { lastCall, notRun, refused, stopped, warned } from "./messages.ts";
import type { TripReport } from "./trip-report.ts";

/**
 * Every text of guard's that an end user or a model reads. Each is a function, so that you can translate it. The texts of
 * errors, events and the console are for developers and stay in English.
 *
 * @example
 * createRegistry({
 *   texts: {
 *     stopped: (trip) =>
 *       trip?.reason === "budget"
 *         ? "Le budget est épuisé. Réessayez demain."
 *         : "Je tourne en rond. Précisez votre demande.",
 *   },
 * });
 */
export interface Texts {
  /**
   * End users read this when a run is stopped: as the last answer, as the question to a human, and as `text` of a
   * `CircuitOpenError`. It gets no report where a process resumes a run that another process has stopped.
   *
   * Default: what happened, and what the user can do.
   */
  readonly stopped: (trip: TripReport | undefined) => string;
  /** The model reads this in place of the result of a refused call. Default: what happened, and what the model can do. */
  readonly refused: (finding: Finding) => string;
  /** The model reads this below the result of a call that guard warns of. Default: as for `refused`. */
  readonly warned: (finding: Finding) => string;
  /**
   * The model reads this with the one call that `onTrip: "wind-down"` grants. Default: what happened, and that the model is
   * to give its final answer without tools.
   */
  readonly lastCall: (trip: TripReport | undefined) => string;
  /** The model reads this in place of the result of a call that never ran because the run was stopped. */
  readonly notRun: (trip: TripReport | undefined) => string;
}

/** The texts in English, which guard uses where the option `texts` gives no other. */
export const defaultTexts: Texts = { stopped, refused, warned, lastCall, notRun };

export const textNames: readonly (keyof Texts)[] = [
  "stopped",
  "refused",
  "warned",
  "lastCall",
  "notRun",
];

/** The same texts. Where a user's function throws, or gives no text, guard uses its default and tells of the error. */
export function soundTexts(
  given: Partial<Texts>,
  tell: (event: { type: "port-error"; port: "texts"; error: unknown }) => void,
): Texts {
  const failed = (error: unknown) => tell({ type: "port-error", port: "texts", error });
  const sound = <Of>(name: keyof Texts, byDefault: (of: Of) => string) => {
    const own = given[name] as ((of: Of) => unknown) | undefined;
    if (own === undefined) return byDefault;
    return (of: Of) => {
      try {
        const text = own(of);
        if (typeof text === "string") return text;
        failed(new TypeError(`texts.${name}: expected a text, received ${typeof text}`));
      } catch (error) {
        failed(error);
      }
      return byDefault(of);
    };
  };
  return {
    stopped: sound("stopped", stopped),
    refused: sound("refused", refused),
    warned: sound("warned", warned),
    lastCall: sound("lastCall", lastCall),
    notRun: sound("notRun", notRun),
  };
}
