/** Set by proxy.ts on every request, over whatever the browser said: the path and query that was asked for. */
export const PATH_HEADER = "x-seaworthy-path";
