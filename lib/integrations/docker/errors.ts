import { AppError, type AppErrorOptions, toAppError } from "#lib/platform/errors.ts";

/** Docker's own words, however dockerode wrapped them. */
function readMessage(error: Error): string {
  if ("json" in error && typeof error.json === "object" && error.json !== null && "message" in error.json)
    return String(error.json.message);
  return error.message.trim();
}

/** The HTTP status Docker answered, if it answered at all. */
function statusOf(error: unknown): number | undefined {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : undefined;
}

/**
 * Two writers of one service: Swarm answers the second with this and, in some versions, with HTTP 500.
 * Nothing is wrong; whoever lost looks again.
 */
const OUT_OF_SEQUENCE = /update out of sequence/i;
/** Swarm's own store says these through HTTP 500. */
const ALREADY_THERE = /name conflicts with an existing object|already exists/i;
const NOT_THERE = /^(network|volume|service|secret|container|task|node) \S+ not found$/i;
/** Taking away a network or a secret while its last task is still on the way out. */
const STILL_IN_USE = /in use by|has active endpoints|is in use/i;
/** Somebody else, or one's own call that was cut, is taking it away. */
const BEING_REMOVED = /removal of container \S+ is already in progress/i;
/** The manager has lost its majority, or has only just started. */
const NO_LEADER = /does not have a leader|no elected primary|context deadline exceeded|not ready/i;

/** Turns a failure of a Docker call into an AppError with the right retry class. `what` says what was tried: "create service web". */
export function toDockerError(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error;
  const status = statusOf(error);
  if (!(error instanceof Error) || status === undefined) return toUnreachable(error, what);
  const detail = readMessage(error);
  const options: Omit<AppErrorOptions, "code" | "message"> = { detail, cause: error };
  if (OUT_OF_SEQUENCE.test(detail))
    return new AppError({
      ...options,
      code: "docker.conflict",
      message: `Docker refused to ${what}: somebody else changed it at the same moment.`,
      retry: "retry",
      status: 409,
    });
  if (STILL_IN_USE.test(detail))
    return new AppError({
      ...options,
      code: "docker.in_use",
      message: `Docker refused to ${what}: it is still in use.`,
      retry: "retry",
      status: 409,
    });
  if (BEING_REMOVED.test(detail))
    return new AppError({
      ...options,
      code: "docker.being_removed",
      message: `Docker could not ${what}: it is being removed already.`,
      retry: "retry",
      status: 409,
    });
  if (status === 404 || NOT_THERE.test(detail))
    return new AppError({
      ...options,
      code: "docker.not_found",
      message: `Docker could not ${what}: it is not there.`,
      status: 404,
    });
  if (status === 409 || ALREADY_THERE.test(detail))
    return new AppError({
      ...options,
      code: "docker.exists",
      message: `Docker could not ${what}: there is one already.`,
      status: 409,
    });
  if (status === 429 || status >= 500 || NO_LEADER.test(detail))
    return new AppError({
      ...options,
      code: "docker.failed",
      message: `Docker failed to ${what}.`,
      advice: "Look at the state of the swarm's managers if it stays so.",
      retry: "retry",
      status: 503,
    });
  return new AppError({
    ...options,
    code: "docker.refused",
    message: `Docker refused to ${what}.`,
    advice: "Docker's own words are below.",
    status: 422,
  });
}

function toUnreachable(error: unknown, what: string): AppError {
  const known = toAppError(error);
  if (known.code === "internal" && error instanceof Error && error.name === "ZodError")
    return new AppError({
      code: "docker.unexpected_answer",
      message: `Docker answered something unexpected when asked to ${what}.`,
      detail: error.message,
      retry: "retry",
      cause: error,
    });
  return new AppError({
    code: "docker.unreachable",
    message: `The Docker Engine did not answer when asked to ${what}.`,
    advice: "Check that the engine at DOCKER_HOST runs.",
    detail: known.detail ?? known.message,
    retry: "retry",
    status: 503,
    cause: error,
  });
}

export const isNotFound = (error: unknown) => error instanceof AppError && error.code === "docker.not_found";
export const isBeingRemoved = (error: unknown) => error instanceof AppError && error.code === "docker.being_removed";
export const isConflict = (error: unknown) => error instanceof AppError && error.code === "docker.conflict";
export const alreadyExists = (error: unknown) => error instanceof AppError && error.code === "docker.exists";
export const isInUse = (error: unknown) => error instanceof AppError && error.code === "docker.in_use";
