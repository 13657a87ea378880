import { findAcmeEntries, removeAcmeEntries } from "#lib/integrations/ingress/traefik-acme.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";

/**
 * Takes what Traefik itself had certified for these names out of its acme.json at `path`, and sees that it stays out. Returns the
 * names that were taken out; throws a retry when Traefik, which keeps them in memory, has written them again.
 */
export async function forgetAcmeEntries(path: string, hostnames: string[], ctx: StepContext): Promise<string[]> {
  const done = await removeAcmeEntries(path, hostnames, ctx);
  if (done) ctx.log.info(`Took ${done.removed.join(", ")} out of ${path}; a copy is ${done.backup}`);
  const left = await findAcmeEntries(path, hostnames);
  if (left.length > 0)
    throw new AppError({
      code: "ingress.acme_json_changed",
      message: `Traefik has put ${left.join(", ")} back into its certificates.`,
      advice: "Restart Traefik, which keeps them in memory, then retry.",
      retry: "retry",
      retryAfterMs: 5_000,
    });
  return done?.removed ?? [];
}
