export { webhookSink, type WebhookOptions, type WebhookSink } from "./webhook-sink.ts";
export { memoryOutbox, type Outbox, type WaitingAlert } from "./outbox.ts";
export type { Alert, KeyedAlert } from "./alert.ts";
