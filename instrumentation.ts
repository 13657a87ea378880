import type { Instrumentation } from "next";

/** Called once by Next before the web process takes requests. Loaded here, not above, so that a build needs no settings. */
export async function register(): Promise<void> {
  // Next compiles this file for its edge runtime too, which the panel does not use; this name cuts the import out there.
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startWeb } = await import("#lib/api/start-web.ts");
  startWeb();
}

/** Called by Next when a page fails on the server. */
export const onRequestError: Instrumentation.onRequestError = async (error, request) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { logPageError } = await import("#lib/api/log-page-error.ts");
  logPageError(error, request);
};
