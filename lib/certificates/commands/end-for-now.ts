import { AppError, toAppError } from "#lib/platform/errors.ts";

/**
 * What needs a person ends the run in place of waiting for a button: only a run that has ended is told to a certificate's owner,
 * and a renewal is tried again by itself.
 */
export function endForNow(thrown: unknown): unknown {
  const error = toAppError(thrown);
  if (error.retry !== "needs_person") return thrown;
  const { code, message, advice, detail } = error;
  return new AppError({
    ...{ code, message, retry: "permanent", cause: error },
    ...(advice ? { advice } : {}),
    ...(detail ? { detail } : {}),
  });
}
