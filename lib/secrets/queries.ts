import { open } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { sealContext } from "./format.ts";

export interface OpenedSecret {
  id: string;
  name: string;
  version: number;
  /** Give it to ctx.redact before anything else. */
  value: Buffer;
}

/** The newest version of a secret, or the one that is named, opened; null when there is none. For workers and audited downloads only, never for a page. */
export async function findSecret(tx: Tx, name: string, version?: number): Promise<OpenedSecret | null> {
  const row = await tx.secret.findFirst({
    where: { name, deletedAt: null, ...(version === undefined ? {} : { version }) },
    orderBy: { version: "desc" },
  });
  if (!row) return null;
  return { id: row.id, name, version: row.version, value: open(row, sealContext(name, row.version)) };
}

/** One version of a secret, opened; null when it is gone. */
export async function findSecretById(tx: Tx, id: string): Promise<OpenedSecret | null> {
  const row = await tx.secret.findFirst({ where: { id, deletedAt: null } });
  if (!row) return null;
  return { id: row.id, name: row.name, version: row.version, value: open(row, sealContext(row.name, row.version)) };
}

/** The newest of a name, or one version of it; a missing secret is an error that a person has to mend. */
export async function readSecret(tx: Tx, name: string, version?: number): Promise<OpenedSecret> {
  const secret = await findSecret(tx, name, version);
  if (secret) return secret;
  throw new AppError({
    code: "secrets.missing",
    message: `There is no secret ${name}${version === undefined ? "" : ` in version ${version}`} in the panel.`,
    advice: "Enter it in the service's answers, then try again.",
    retry: "needs_person",
  });
}

/** Every version of a name that is still in use, opened, the newest first. */
export async function listVersions(tx: Tx, name: string): Promise<OpenedSecret[]> {
  const rows = await tx.secret.findMany({ where: { name, deletedAt: null }, orderBy: { version: "desc" } });
  return rows.map((row) => ({
    id: row.id,
    name,
    version: row.version,
    value: open(row, sealContext(name, row.version)),
  }));
}

/** Every secret of a service, opened, all versions: for redaction. */
export async function listServiceSecrets(tx: Tx, serviceId: string): Promise<OpenedSecret[]> {
  const rows = await tx.secret.findMany({ where: { serviceId, deletedAt: null } });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    version: row.version,
    value: open(row, sealContext(row.name, row.version)),
  }));
}
