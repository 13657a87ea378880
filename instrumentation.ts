/** Called once by Next before the web process takes requests. Loaded here, not above, so that a build needs no settings. */
export async function register(): Promise<void> {
  const { startWeb } = await import("#lib/api/start-web.ts");
  startWeb();
}
