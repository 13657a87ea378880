import { logger } from "#lib/platform/logger.ts";
import { REQUEST_ID_HEADER } from "./request-id.ts";

interface FailedRequest {
  path: string;
  method: string;
  headers: Record<string, string | string[] | undefined>;
}

/** What an error page shows is a number and a request id: here is the line of the log that has both, and the reason. */
export function logPageError(error: unknown, { path, method, headers }: FailedRequest): void {
  const digest = typeof error === "object" && error !== null && "digest" in error ? error.digest : undefined;
  logger.error(
    { err: error, digest, requestId: headers[REQUEST_ID_HEADER.toLowerCase()], method, path: path.split("?")[0] },
    "a page could not be drawn",
  );
}
