import { isInRegistry } from "#lib/integrations/docker/images.ts";
import { db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { AppError } from "#lib/platform/errors.ts";
import { noteSecret } from "#lib/platform/redaction.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";

/** So many deployments of each environment one may want to go back to. */
const KEPT = 10;
const FRESH_MS = 15 * 60_000;
/** Registries limit how often they are asked. */
const AT_ONCE = 20;

/** One query, and of each content no more than the image: contents bring whole migrations. */
export async function listImages(): Promise<string[]> {
  const rows = await db().$queryRaw<{ image: string | null }[]>`
    SELECT DISTINCT JSON_UNQUOTE(JSON_EXTRACT(kept.content, '$.images.app')) AS image
    FROM (
      SELECT Deployment.content AS content,
        ROW_NUMBER() OVER (PARTITION BY Deployment.environmentId ORDER BY Deployment.createdAt DESC) AS place
      FROM Deployment JOIN Environment ON Environment.id = Deployment.environmentId
      WHERE Deployment.state = 'done' AND Environment.currentId IS NOT NULL
    ) AS kept
    WHERE kept.place <= ${KEPT}`;
  return rows.flatMap(({ image }) => (image ? [image] : []));
}

/** Null: it could not be asked. */
async function ask(image: string, signal: AbortSignal): Promise<boolean | null> {
  try {
    return await isInRegistry(image, signal, await findRegistryAuth(image, { redact: noteSecret }));
  } catch (error) {
    if (signal.aborted || !(error instanceof AppError)) throw error;
    return null;
  }
}

/**
 * Asks registries whether they still have what one could go back to, so that it is known before somebody is in a hurry. Of several
 * workers one does it, a few images at a time, the longest not looked at first.
 */
export async function checkImages(signal: AbortSignal, now: Date = new Date()): Promise<void> {
  await withNamedLock("release-images", signal, async (held) => {
    const images = await listImages();
    const known = await db().imageCheck.findMany({ where: { image: { in: images } } });
    const checkedAt = new Map(known.map((row) => [row.image, row.checkedAt.getTime()]));
    const due = images
      .filter((image) => now.getTime() - (checkedAt.get(image) ?? 0) >= FRESH_MS)
      .sort((one, other) => (checkedAt.get(one) ?? 0) - (checkedAt.get(other) ?? 0));
    for (const image of due.slice(0, AT_ONCE)) {
      const data = { present: await ask(image, held), checkedAt: new Date() };
      await db().imageCheck.upsert({ where: { image }, create: { image, ...data }, update: data });
    }
  });
}
