/**
 * What to do after a failure: try again by itself, give up, or wait for a person who can mend something.
 */
export type RetryClass = "retry" | "permanent" | "needs_person";

export interface AppErrorOptions {
  /** Dotted, stable, for machines: `dns.throttled`. */
  code: string;
  /** What happened and why, one sentence, fit for a page. Never holds a secret. */
  message: string;
  /** What the reader can do about it. */
  advice?: string;
  retry?: RetryClass;
  /** The provider's own words, shown folded. */
  detail?: string;
  /** Not before this many milliseconds (Retry-After). */
  retryAfterMs?: number;
  /** HTTP status when it answers a request. */
  status?: number;
  /** Errors beside the fields they belong to: path → message. */
  fields?: Record<string, string>;
  cause?: unknown;
}

/** The one error class. Anything else that is thrown is a fault of ours and its message is never shown. */
export class AppError extends Error {
  readonly code: string;
  readonly advice: string | undefined;
  readonly retry: RetryClass;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly status: number;
  readonly fields: Record<string, string> | undefined;

  constructor(options: AppErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = "AppError";
    this.code = options.code;
    this.advice = options.advice;
    this.retry = options.retry ?? "permanent";
    this.detail = options.detail;
    this.retryAfterMs = options.retryAfterMs;
    this.status = options.status ?? 500;
    this.fields = options.fields;
  }
}

/** The stored and sent form of a failure. */
export interface ErrorRecord {
  code: string;
  class: RetryClass;
  message: string;
  advice?: string;
  detail?: string;
}

/** Network trouble that the next try may not meet. */
const TRANSIENT = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
]);

function readCode(error: unknown): string | undefined {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return error instanceof Error && error.cause ? readCode(error.cause) : undefined;
}

/** Turns anything thrown into an AppError; unknown errors are retried, for most of them are the network. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = readCode(error);
  if (code && TRANSIENT.has(code)) {
    return new AppError({
      code: "network.unreachable",
      message: "A system the panel talks to did not answer.",
      detail: error instanceof Error ? error.message : String(error),
      retry: "retry",
      status: 503,
      cause: error,
    });
  }
  return new AppError({
    code: "internal",
    message: "Something went wrong inside the panel.",
    advice: "Try again. If it happens again, give the request id to an administrator.",
    detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    retry: "retry",
    status: 500,
    cause: error,
  });
}

/** `clean` takes secrets out, before anything is cut: half a secret is none that could be found. */
export function toErrorRecord(error: AppError, clean = (text: string): string => text): ErrorRecord {
  return {
    code: error.code,
    class: error.retry,
    message: clean(error.message),
    ...(error.advice ? { advice: clean(error.advice) } : {}),
    ...(error.detail ? { detail: clean(error.detail).slice(0, 4000) } : {}),
  };
}

export const notFound = (what: string) =>
  new AppError({ code: "not_found", message: `There is no such ${what}, or you may not see it.`, status: 404 });

export const conflict = (code: string, message: string, advice?: string) =>
  new AppError({ code, message, status: 409, ...(advice ? { advice } : {}) });

export const invalid = (fields: Record<string, string>, message = "Some answers need another look.") =>
  new AppError({ code: "invalid", message, status: 422, fields });
