import { AppError } from "#lib/platform/errors.ts";

/** Nobody knows whether the request was done: read back before sending anything again. */
export const UNANSWERED = "dns.unanswered";
/** Refused for now, certainly not done. */
export const THROTTLED = "dns.throttled";
export const BUSY = "dns.busy";
/** Refused for good; `detail` holds Route 53's own words. */
export const REFUSED = "dns.refused";
export const CHANGE_MISSING = "dns.change_missing";

const CREDENTIALS = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
  "MissingAuthenticationToken",
  "UnrecognizedClientException",
  "NotAuthorizedException",
  "ExpiredToken",
  "CredentialsProviderError",
]);

/** Route 53 gives either one message or a list of them. */
function readWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const listed = "messages" in error && Array.isArray(error.messages) ? error.messages.join(" ") : "";
  return (listed || error.message).trim();
}

const readStatus = (error: unknown): number | undefined =>
  error instanceof Error && "$metadata" in error
    ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode
    : undefined;

/** What Route 53 said, as an error of ours: what to do about it and its own words. */
export function toRoute53Error(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : "";
  const detail = `${name}: ${readWords(error)}`;
  const base = { detail, cause: error };
  if (name === "Throttling" || name === "ThrottlingException" || name === "TooManyRequestsException")
    return new AppError({
      ...base,
      code: THROTTLED,
      message: "Route 53 answers too many requests just now.",
      retry: "retry",
      retryAfterMs: 2_000,
      status: 503,
    });
  if (name === "PriorRequestNotComplete")
    return new AppError({
      ...base,
      code: BUSY,
      message: "Route 53 is still working on an earlier change of this zone.",
      retry: "retry",
      retryAfterMs: 3_000,
      status: 503,
    });
  if (name === "NoSuchHostedZone")
    return new AppError({
      ...base,
      code: "dns.zone_missing",
      message: "Route 53 has no hosted zone with the id in the settings.",
      advice: "Put the id of ROOT_DOMAIN's hosted zone in AWS_ROUTE53_HOSTED_ZONE_ID, then retry.",
      retry: "needs_person",
    });
  if (CREDENTIALS.has(name))
    return new AppError({
      ...base,
      code: "dns.denied",
      message: "Route 53 does not let the panel's access key do this.",
      advice:
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The key needs GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets and GetChange on the zone.",
      retry: "needs_person",
    });
  if (name === "InvalidChangeBatch" || name === "InvalidInput" || name === "LimitsExceeded")
    return new AppError({ ...base, code: REFUSED, message: "Route 53 refused the change.", retry: "permanent" });
  if (name === "NoSuchChange")
    return new AppError({ ...base, code: CHANGE_MISSING, message: "Route 53 no longer knows this change." });
  const status = readStatus(error);
  if (status !== undefined && status >= 400 && status < 500)
    return new AppError({ ...base, code: REFUSED, message: "Route 53 refused the request.", retry: "permanent" });
  return new AppError({
    ...base,
    code: UNANSWERED,
    message: "Route 53 did not answer.",
    retry: "retry",
    status: 503,
  });
}
