import { ZodError } from "zod";
import { isUnavailable } from "#lib/platform/db/unavailable.ts";
import { AppError, toAppError } from "#lib/platform/errors.ts";
import { logger } from "#lib/platform/logger.ts";
import { fieldsOf } from "./parse.ts";

/** The one shape of every failure. */
export interface ErrorBody {
  error: {
    code: string;
    message: string;
    advice?: string;
    detail?: string;
    fields?: Record<string, string>;
    requestId: string;
  };
}

/** Anything thrown, as something a stranger may read: messages of unknown errors never leave the server. */
export function toPublicError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError)
    return new AppError({
      code: "invalid",
      message: "Some answers need another look.",
      status: 422,
      fields: fieldsOf(error),
    });
  if (isUnavailable(error))
    return new AppError({
      code: "database.unavailable",
      message: "The panel's database does not answer.",
      advice: "Try again in a few seconds; nothing was changed.",
      retry: "retry",
      retryAfterMs: 5_000,
      status: 503,
      cause: error,
    });
  const { code, message, advice, retry, status } = toAppError(error);
  return new AppError({ code, message, ...(advice ? { advice } : {}), retry, status, cause: error });
}

export function toErrorBody(error: AppError, requestId: string): ErrorBody {
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(error.advice ? { advice: error.advice } : {}),
      ...(error.detail ? { detail: error.detail } : {}),
      ...(error.fields ? { fields: error.fields } : {}),
      requestId,
    },
  };
}

/** Answers a failure and logs it when it is ours. */
export function errorResponse(thrown: unknown, requestId: string, headers: HeadersInit = {}): Response {
  const error = toPublicError(thrown);
  if (error.status >= 500) logger.error({ err: thrown, requestId, code: error.code }, "request failed");
  const response = Response.json(toErrorBody(error, requestId), { status: error.status, headers });
  if (error.retryAfterMs) response.headers.set("Retry-After", String(Math.ceil(error.retryAfterMs / 1000)));
  return response;
}
