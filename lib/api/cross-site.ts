import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a request another site made the browser send with our cookie. Every browser says the Origin of an unsafe request;
 * `null` (a sandboxed frame, a redirect across sites) is nobody's.
 */
export function refuseCrossSite(request: Request): void {
  if (SAFE.has(request.method)) return;
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  if (origin === new URL(config().APP_URL).origin && (site === null || site === "same-origin" || site === "none"))
    return;
  throw new AppError({
    code: "cross_site",
    message: "This request did not come from a page of the panel.",
    advice: `Open the panel at ${config().APP_URL} and try again there.`,
    status: 403,
  });
}
