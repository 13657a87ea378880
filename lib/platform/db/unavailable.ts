/** Driver and Prisma words for "the server is not there, is going away or takes no more connections". */
const SIGNS =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|pool timeout|failed to retrieve a connection|P1001|P1002|P1008|P1017|P2024|P2037|socket has unexpectedly been closed|Can't reach database|\b(1040|1053|1927)\b/;

/** Whether the database, rather than the statement, failed: the caller may try again later. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || !/prisma|driveradapter|sqlerror/i.test(`${error.name} ${error.constructor.name}`))
    return false;
  const code = "code" in error ? String(error.code) : "";
  return SIGNS.test(`${code} ${error.message}`) || (error.cause instanceof Error && isUnavailable(error.cause));
}
