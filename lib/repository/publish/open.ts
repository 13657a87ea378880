import { type Mirror, openMirror } from "#lib/integrations/git/mirror.ts";
import type { Signature } from "#lib/integrations/git/write-tree.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";

/** The configuration repository as the settings name it. */
export interface ConfigRepository {
  mirror: Mirror;
  staging: string;
  main: string;
  by: Signature;
}

/** What both branches point at; null: there is no such branch. */
export interface Tips {
  staging: string | null;
  main: string;
}

export async function openConfigRepository(ctx: Pick<StepContext, "signal" | "redact">): Promise<ConfigRepository> {
  const settings = config();
  if (settings.CONFIG_REPOSITORY_URL === "")
    throw new AppError({
      code: "repository.none",
      message: "The panel has no configuration repository.",
      advice: "Set CONFIG_REPOSITORY_URL and what opens it, then retry.",
      retry: "needs_person",
    });
  for (const secret of [settings.CONFIG_REPOSITORY_SSH_KEY, settings.CONFIG_REPOSITORY_TOKEN])
    if (secret !== "") ctx.redact(secret);
  const mirror = await openMirror(
    {
      url: settings.CONFIG_REPOSITORY_URL,
      sshKey: settings.CONFIG_REPOSITORY_SSH_KEY,
      knownHosts: settings.CONFIG_REPOSITORY_KNOWN_HOSTS,
      username: settings.CONFIG_REPOSITORY_USERNAME,
      token: settings.CONFIG_REPOSITORY_TOKEN,
      caFile: settings.CONFIG_REPOSITORY_CA_FILE,
    },
    ctx.signal,
  );
  return {
    mirror,
    staging: settings.CONFIG_REPOSITORY_STAGING,
    main: settings.CONFIG_REPOSITORY_MAIN,
    by: { name: "Seaworthy", email: settings.NOTIFICATIONS_EMAIL_USER },
  };
}

/** Asks the remote where both branches are. */
export async function readTips(repository: ConfigRepository, signal: AbortSignal, maxAgeMs = 0): Promise<Tips> {
  const branches = await repository.mirror.fetch(signal, maxAgeMs);
  const main = branches.get(repository.main);
  if (main === undefined)
    throw new AppError({
      code: "repository.no_main",
      message: `The configuration repository has no branch ${repository.main}.`,
      advice: "Push a first commit to it, or look at CONFIG_REPOSITORY_MAIN; then retry.",
      retry: "needs_person",
    });
  return { main, staging: branches.get(repository.staging) ?? null };
}

const SEEN_LATELY_MS = 5_000;

/**
 * For a verification: many services ask at once, so that what was fetched a moment ago will do. Only a no is asked for again, of
 * the remote itself, for it may have moved since.
 */
export async function askRemote(look: (maxAgeMs: number) => Promise<VerifyResult>): Promise<VerifyResult> {
  const lately = await look(SEEN_LATELY_MS);
  return lately.ok ? lately : look(0);
}
