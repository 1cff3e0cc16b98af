import { OptionsError, type Registry } from "@guard/core";
import { onAlert, type Alert } from "./alert.ts";
import { memoryOutbox, type Outbox } from "./outbox.ts";

/** Options of {@link webhookSink}. All are optional. */
export interface WebhookOptions {
  /** `"json"` posts the {@link Alert} as it is; `"slack"` posts `{ text }`, as incoming webhooks of Slack take it. Default: `"json"`. */
  readonly format?: "json" | "slack" | undefined;
  /** Which alerts are sent: those of stopped runs (`"hard"`), or also budgets that are nearly spent (`"all"`). Default: `"all"`. */
  readonly severity?: "hard" | "all" | undefined;
  /** Keeps alerts until they are sent. Default: this process's memory. */
  readonly outbox?: Outbox | undefined;
  /** Sends requests. Default: the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** The time in milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined;
  /** Hears of an alert that failed to arrive, and of an outbox that throws. Default: guard tries again and tells nothing. */
  readonly onError?: ((error: unknown, alert?: Alert) => void) | undefined;
}

/** Sends alerts to one address. */
export interface WebhookSink {
  /** Sends the alerts of a registry's runs from now on. Returns a function that ends it. */
  watch(registry: Pick<Registry, "on">): () => void;
  /** Sends all alerts that are due now. Resolves when each has arrived or has failed once more. Never rejects. */
  flush(): Promise<void>;
}

const timeoutMs = 10_000;
const firstRetryMs = 1_000;
const longestRetryMs = 3_600_000;

/**
 * Sends alerts to a webhook: that guard stopped a run, and that a budget is nearly spent. guard never waits for the webhook:
 * an alert waits in the outbox, and a timer that keeps no process alive sends it. A failed request is tried again after 1 s,
 * 2 s, 4 s and so on, up to an hour, or when `Retry-After` says so. A status from 400 to 499 other than 408 and 429 ends the
 * attempts.
 *
 * Call `await sink.flush()` before a short process ends.
 *
 * @throws {OptionsError} for an invalid address, format or severity
 *
 * @example
 * const sink = webhookSink("https://hooks.slack.com/services/…", { format: "slack" });
 * sink.watch(registry);
 */
export function webhookSink(
  url: string,
  {
    format = "json",
    severity = "all",
    outbox = memoryOutbox(),
    fetch: send = fetch,
    clock = Date.now,
    onError = () => {},
  }: WebhookOptions = {},
): WebhookSink {
  check(url, format, severity);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;

  const schedule = () => {
    const at = outbox.nextAt();
    clearTimeout(timer);
    if (at === undefined) return;
    timer = setTimeout(() => void flush(), Math.min(Math.max(0, at - clock()), longestRetryMs));
    (timer as { unref?: () => void }).unref?.();
  };
  const deliver = async () => {
    for (const { key, alert, attempts } of outbox.due(clock())) {
      const failed = await post(send, url, bodyOf(alert, format));
      if (failed === undefined) outbox.done(key);
      else {
        tell(onError, failed.error, alert);
        if (failed.isFinal) outbox.done(key);
        else {
          const waitMs = failed.waitMs ?? Math.min(firstRetryMs * 2 ** attempts, longestRetryMs);
          outbox.retryAt(key, clock() + waitMs);
        }
      }
    }
  };
  const flush = (): Promise<void> => {
    sending ??= deliver()
      .then(schedule)
      .catch((error: unknown) => tell(onError, error))
      .finally(() => (sending = undefined));
    return sending;
  };

  return {
    watch: (registry) =>
      onAlert(registry, (keyed) => {
        if (severity === "hard" && keyed.alert.severity === "soft") return;
        outbox.add(keyed, clock());
        schedule();
      }),
    flush,
  };
}

interface Failure {
  readonly error: unknown;
  readonly isFinal: boolean;
  readonly waitMs?: number;
}

async function post(send: typeof fetch, url: string, body: string): Promise<Failure | undefined> {
  try {
    const answer = await send(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    if (answer.ok) return undefined;
    const { status } = answer;
    const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
    const seconds = Number(answer.headers.get("retry-after") ?? Number.NaN);
    const error = new Error(`the webhook answered with status ${status}`);
    return Number.isFinite(seconds)
      ? { error, isFinal, waitMs: Math.min(seconds * 1_000, longestRetryMs) }
      : { error, isFinal };
  } catch (error) {
    return { error, isFinal: false };
  }
}

/** A listener that throws changes nothing. */
function tell(
  onError: NonNullable<WebhookOptions["onError"]>,
  error: unknown,
  alert?: Alert,
): void {
  try {
    onError(error, alert);
  } catch {
    // the alert is sent again all the same
  }
}

function bodyOf(alert: Alert, format: "json" | "slack"): string {
  if (format === "json") return JSON.stringify({ type: "guard.alert", ...alert });
  const sign = alert.severity === "hard" ? "🛑" : "⚠️";
  return JSON.stringify({ text: `${sign} guard, run ${alert.run}: ${alert.text}` });
}

function check(url: unknown, format: unknown, severity: unknown): void {
  const faults: string[] = [];
  const isAddress = typeof url === "string" && /^https?:\/\//.test(url) && URL.canParse(url);
  // An address of a webhook is a secret: it stands in no error.
  if (!isAddress) faults.push("url: expected an address that begins with https:// or http://");
  if (format !== "json" && format !== "slack") faults.push("format: expected json or slack");
  if (severity !== "hard" && severity !== "all") faults.push("severity: expected hard or all");
  if (faults.length > 0) throw new OptionsError(faults);
}
