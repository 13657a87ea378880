import type { Tx } from "#lib/platform/db/client.ts";
import { secretFullName } from "#lib/services/naming.ts";
import type { ReleaseContent } from "../schema/content.ts";

/**
 * A content with the newest version of each secret whose version of then is gone: what was rotated since opens nothing any more,
 * so going back to it brings the value of now.
 */
export async function withLivingSecrets<T extends Pick<ReleaseContent, "secrets">>(
  tx: Tx,
  environment: { name: string; service: { name: string } },
  content: T,
): Promise<T> {
  const files = Object.keys(content.secrets);
  const full = (file: string) => secretFullName(environment.service.name, file, environment.name);
  const rows = await tx.secret.findMany({
    where: { name: { in: files.map(full) }, deletedAt: null },
    select: { name: true, version: true },
    orderBy: { version: "asc" },
  });
  const secrets = Object.entries(content.secrets).map(([file, version]) => {
    const versions = rows.filter(({ name }) => name === full(file)).map((row) => row.version);
    return [file, versions.includes(version) ? version : (versions.at(-1) ?? version)] as const;
  });
  return { ...content, secrets: Object.fromEntries(secrets) };
}

/** Secrets that the panel no longer has in the version a content was frozen with: "db_pass version 2". */
export async function listMissingSecrets(
  tx: Tx,
  environment: { name: string; service: { name: string } },
  { secrets }: Pick<ReleaseContent, "secrets">,
): Promise<string[]> {
  const wanted = Object.entries(secrets).map(([file, version]) => {
    const name = secretFullName(environment.service.name, file, environment.name);
    return { file, version, name };
  });
  if (wanted.length === 0) return [];
  const present = await tx.secret.findMany({
    where: { name: { in: wanted.map(({ name }) => name) }, deletedAt: null },
    select: { name: true, version: true },
  });
  const has = new Set(present.map(({ name, version }) => `${name} ${version}`));
  return wanted
    .filter(({ name, version }) => !has.has(`${name} ${version}`))
    .map(({ file, version }) => `${file} version ${version}`);
}
