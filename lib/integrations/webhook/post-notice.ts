import { createHmac } from "node:crypto";
import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 10_000;

export interface WebhookNotice {
  /** What happened: "deployment-approved". */
  event: string;
  /** The same for a second try: whoever is told twice can tell. */
  deliveryId: string;
  subject: string;
  text: string;
  /** The page it is about. */
  url: string;
  about: Record<string, unknown>;
}

/** Such an address is often a secret by itself, so no error may name it. */
const failed = (words: string, retry: "retry" | "permanent", detail?: string) =>
  new AppError({
    code: "webhook.not_taken",
    message: words,
    advice: "Look at NOTIFICATIONS_WEBHOOK_URL, and whether the worker reaches it.",
    ...{ retry, ...(detail ? { detail } : {}) },
  });

/** Sends a notice as JSON, signed when there is a secret. No redirection is followed and nothing of the answer is kept. */
export async function postNotice(
  address: string,
  secret: string,
  notice: WebhookNotice,
  signal: AbortSignal,
): Promise<void> {
  const body = JSON.stringify(notice);
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "idempotency-key": notice.deliveryId,
        ...(secret
          ? { "x-seaworthy-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` }
          : {}),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.cause : undefined;
    const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
    throw failed("The webhook does not answer.", "retry", code);
  }
  if (response.ok) return;
  const passes = response.status >= 500 || response.status === 429 || response.status === 408;
  throw failed(`The webhook answered ${response.status}.`, passes ? "retry" : "permanent");
}
