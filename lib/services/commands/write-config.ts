import { canonicalJson } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";

/**
 * Keeps an environment's settings as its next version; the same settings again are no new one. Returns the version they have.
 * Two who write at once: the later one fails as a duplicate.
 */
export async function writeConfig(
  tx: Tx,
  environmentId: string,
  content: EnvironmentConfigContent,
  byId: string | null,
): Promise<number> {
  const last = await tx.environmentConfig.findFirst({ where: { environmentId }, orderBy: { version: "desc" } });
  if (last && canonicalJson(last.content) === canonicalJson(content)) return last.version;
  const version = (last?.version ?? 0) + 1;
  await tx.environmentConfig.create({ data: { environmentId, version, content, byId } });
  return version;
}
