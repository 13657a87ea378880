import { AppError } from "#lib/platform/errors.ts";

const TIMEOUT_MS = 10_000;

export type PingKind = "start" | "success" | "fail";
const ENDINGS: Record<PingKind, string> = { start: "/start", success: "", fail: "/fail" };

/** The check's address with what is said at its end, as Healthchecks wants it. */
export function toPingAddress(address: string, says: PingKind): URL {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}${ENDINGS[says]}`;
  return url;
}

/** The address is the only secret of a check, so no error may name it. */
const failed = (words: string, retry: "retry" | "permanent", detail?: string) =>
  new AppError({
    code: "healthchecks.not_taken",
    message: words,
    advice: "Look at the ping address in the backup policy, and whether the worker reaches it.",
    ...{ retry, ...(detail ? { detail } : {}) },
  });

/**
 * Tells a check of Healthchecks, or of anything that speaks like it, that a job begins, has succeeded or has failed. Nothing but
 * the address itself is sent, nothing of the answer is kept, and no redirection is followed.
 */
export async function sendPing(address: string, says: PingKind, signal: AbortSignal): Promise<void> {
  let response: Response;
  try {
    response = await fetch(toPingAddress(address, says), {
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
    throw failed("The watcher does not answer.", "retry", code);
  }
  await response.body?.cancel();
  if (response.ok) return;
  const mayPass = response.status >= 500 || response.status === 429;
  throw failed(`The watcher answered ${response.status}.`, mayPass ? "retry" : "permanent");
}
