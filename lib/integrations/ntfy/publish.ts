import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 10_000;

export interface NtfyMessage {
  title: string;
  message: string;
  /** Opened when it is tapped. */
  click: string;
  /** 3 is usual, 5 the loudest. */
  priority: 3 | 4 | 5;
}

/** The topic's name is all the protection many topics have, so no error may name it. */
const failed = (words: string, retry: "retry" | "permanent", detail?: string) =>
  new AppError({
    code: "ntfy.not_taken",
    message: words,
    advice: "Look at NOTIFICATIONS_NTFY_URL and NOTIFICATIONS_NTFY_TOKEN, and whether the worker reaches the server.",
    ...{ retry, ...(detail ? { detail } : {}) },
  });

/** Publishes to a topic, by JSON at the server's root, so that titles may be in any script. */
export async function publishNtfy(
  topicUrl: string,
  token: string,
  message: NtfyMessage,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(topicUrl);
  const path = url.pathname.replace(/\/+$/, "").split("/");
  const topic = decodeURIComponent(path.pop() ?? "");
  url.pathname = `${path.join("/")}/`;
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ topic, ...message }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.cause : undefined;
    const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined;
    throw failed("The ntfy server does not answer.", "retry", code);
  }
  if (response.ok) return;
  const passes = response.status >= 500 || response.status === 429 || response.status === 408;
  throw failed(`The ntfy server answered ${response.status}.`, passes ? "retry" : "permanent");
}
