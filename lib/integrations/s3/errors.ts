import { AppError } from "#lib/platform/errors.ts";
import { storeError } from "../object-store/errors.ts";

const REFUSED: Readonly<Record<string, string>> = {
  AccessDenied: "the access key may not do that.",
  AllAccessDisabled: "the bucket is closed.",
  AccountProblem: "there is a problem with the account.",
  InvalidAccessKeyId: "it does not know the access key's id.",
  SignatureDoesNotMatch: "the secret access key is wrong.",
  ExpiredToken: "the access key has expired.",
  NoSuchBucket: "there is no such bucket.",
  PermanentRedirect: "the bucket is in another region.",
  AuthorizationHeaderMalformed: "the bucket is in another region.",
  IllegalLocationConstraintException: "the bucket is in another region.",
  RequestTimeTooSkewed: "the clocks of the worker and of the target are too far apart.",
  NotImplemented: "it does not know a part of the request. Turn off checksums or conditional writes, or Object Lock.",
  InvalidRequest: "it does not take the request as it is.",
};
const FULL = /^(QuotaExceeded|XMinioStorageFull|XMinioAdminBucketQuotaExceeded|InsufficientStorage\w*|EntityTooLarge)$/;
const GONE = /^(NoSuchKey|NotFound|NoSuchUpload|NoSuchVersion)$/;
const SLOW_DOWN = /^(SlowDown|Throttling\w*|TooManyRequests\w*|RequestLimitExceeded|ServiceUnavailable|Busy)$/;
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/;

/** The HTTP status the server answered, if it did. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && (GONE.test(error.name) || (statusOf(error) === 404 && error.name !== "NoSuchBucket"));

/** Asked not to overwrite, the server found something there. */
const isTaken = (error: unknown): boolean =>
  error instanceof Error && (error.name === "PreconditionFailed" || statusOf(error) === 412);

/** Asked not to overwrite, the server names the header that it does not know, in its words or beside them. */
export const namesCondition = (error: Error): boolean =>
  !isTaken(error) && /if-none-match/i.test(`${error.message} ${"Header" in error ? String(error.Header) : ""}`);

/** Turns what the SDK throws into an error with the right retry class. `what`: "store wiki/…". */
export function toS3Error(error: unknown, what: string, key: string, stallMs: number): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return storeError.failed(what, "something unknown was thrown.", { cause: error });
  const status = statusOf(error);
  const code = codeOf(error);
  const more = { detail: `${error.name}${status ? ` (HTTP ${status})` : ""}: ${error.message}`, cause: error };
  if (isTaken(error)) return storeError.exists(key, more);
  if (error.name === "ConditionalRequestConflict")
    return storeError.failed(what, "somebody else writes the same object.", more);
  if (namesCondition(error)) return storeError.noConditions(what, more);
  if (isMissing(error)) return storeError.missing(key, more);
  if (FULL.test(error.name) || status === 507) return storeError.full(what, more);
  const why = REFUSED[error.name];
  if (why) return storeError.refused(what, why, more);
  if (SLOW_DOWN.test(error.name) || status === 429 || status === 503)
    return storeError.failed(what, "it asks for fewer requests, or is not ready.", more);
  if (status === 408 || error.name === "RequestTimeout") return storeError.stalled(what, stallMs, more);
  if (status === 401 || status === 403)
    return storeError.refused(what, "the access key is not known there, or may not do that.", more);
  if (status === 301 || status === 307)
    return storeError.refused(what, "the bucket is in another region, or at another endpoint.", more);
  if (status !== undefined && status >= 500) return storeError.failed(what, `it answered with HTTP ${status}.`, more);
  if (status !== undefined && status >= 400 && !isGarbled(error))
    return storeError.refused(what, `it answered ${error.name}.`, more);
  if (error.name === "TimeoutError" || code === "ETIMEDOUT") return storeError.stalled(what, stallMs, more);
  if (CERTIFICATE.test(code)) return storeError.refused(what, "its certificate cannot be trusted.", more);
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return storeError.unreachable(what, "its name is not known.", more);
  if (code === "ECONNREFUSED") return storeError.unreachable(what, "nobody answers there.", more);
  return storeError.unreachable(what, "the line broke.", more);
}

/** An answer that was cut in its middle is no answer, whatever its first line said. */
const isGarbled = (error: Error): boolean => /deserializ|unexpected (end|eof)|unclosed|aborted/i.test(error.message);
