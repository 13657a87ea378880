/** An answer of the service that is an error: code and HTTP status as Route 53 gives them. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = STATUS[code] ?? 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const STATUS: Record<string, number> = {
  AccessDenied: 403,
  HostedZoneAlreadyExists: 409,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  NoSuchChange: 404,
  NoSuchHostedZone: 404,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

/** What the service says for a code when nothing more precise is known; used by injected faults. */
export const DEFAULT_MESSAGES: Record<string, string> = {
  AccessDenied: "User is not authorized to perform this operation because no identity-based policy allows it",
  InternalFailure: "We encountered an internal error. Please try again.",
  PriorRequestNotComplete: "The request was rejected because Route 53 was still processing a prior request.",
  ServiceUnavailable: "Service is unavailable. Please try again later.",
  Throttling: "Rate exceeded",
};

export const invalidInput = (message: string) => new ServiceError("InvalidInput", message);
export const malformedInput = (message: string) => new ServiceError("MalformedInput", message);
/** The service joins all messages of a batch in one list, in brackets. */
export const invalidChangeBatch = (messages: string[]) =>
  new ServiceError("InvalidChangeBatch", `[${messages.join(", ")}]`);
export const noSuchHostedZone = (id: string) =>
  new ServiceError("NoSuchHostedZone", `No hosted zone found with ID: ${id}`);
export const noSuchChange = (id: string) => new ServiceError("NoSuchChange", `Could not find resource with ID: ${id}`);
