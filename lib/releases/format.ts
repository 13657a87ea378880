/** `on 2026-12-01 at 08:00 UTC`: people in any time zone read it alike. */
export const sayUntil = (at: Date): string => {
  const [day = "", time = ""] = at.toISOString().split("T");
  return `on ${day} at ${time.slice(0, 5)} UTC`;
};

/** A health check in words: "GET :8080/healthz every 10 s, 5 s for an answer, sick after 3, the first 30 s forgiven". */
export function describeHealthCheck(check: unknown): string {
  if (!check) return "none";
  const { kind, path, port, argv, intervalS, timeoutS, retries, startPeriodS } = check as Record<string, unknown>;
  const what =
    kind === "http" ? `GET :${port}${path}` : kind === "command" && Array.isArray(argv) ? argv.join(" ") : null;
  if (what === null) return JSON.stringify(check);
  if (intervalS === undefined) return what;
  return `${what} every ${intervalS} s, ${timeoutS} s for an answer, sick after ${retries}, the first ${startPeriodS} s forgiven`;
}
