import { config as settings } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { invalid } from "#lib/platform/errors.ts";
import { type TargetConfig, targetConfigSchema } from "../schema/target.ts";
import { isSamePlace } from "../targets/same-place.ts";

const FIELDS = { disk: "config.folder", s3: "config.prefix", ssh: "config.folder" };

/**
 * Throws when a target would be where another is: each would see the other's backups, and what is removed in one would be gone
 * in both. One that is there already may still be edited, `before` being what it was.
 */
export async function refuseSamePlace(
  tx: Tx,
  { id, config, before }: { id: string; config: TargetConfig; before: TargetConfig | null },
): Promise<void> {
  const root = settings().BACKUPS_ROOT;
  const others = await tx.backupTarget.findMany({
    where: { removedAt: null, id: { not: id } },
    select: { name: true, config: true },
  });
  for (const other of others) {
    const theirs = targetConfigSchema.parse(other.config);
    if (!isSamePlace(config, theirs, root) || (before && isSamePlace(before, theirs, root))) continue;
    throw invalid({
      [FIELDS[config.kind]]:
        `The target “${other.name}” is there already, or one is inside the other. Each needs a place of its own.`,
    });
  }
}
