import type { Tx } from "#lib/platform/db/client.ts";
import { ENVIRONMENT, secretFullName } from "#lib/services/naming.ts";
import { namesIn, readConfig } from "../queries/find-environment.ts";

/** Its stack is gone: nothing runs there, and what it had for itself is free. Its settings and its history stay. */
export async function forgetEnvironment(
  tx: Tx,
  serviceId: string,
  name: string,
  { keepsSecrets = false } = {},
): Promise<void> {
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name } },
    include: { service: { select: { name: true } } },
  });
  if (!environment) return;
  await tx.environment.update({ where: { id: environment.id }, data: { currentId: null } });
  // Production's claims are the service's: they go when it is retired.
  if (name === ENVIRONMENT) return;
  // Given by a person, so in no ledger.
  if (!keepsSecrets)
    await tx.secret.updateMany({
      where: { serviceId, name: { startsWith: secretFullName(environment.service.name, "", name) }, deletedAt: null },
      data: { deletedAt: new Date(), ciphertext: new Uint8Array(0) },
    });
  const { folder, hostname } = namesIn(environment.service.name, name);
  const settings = await readConfig(tx, environment.id);
  const ports = (settings?.content.ports ?? []).flatMap((port) =>
    port.published === null ? [] : [`${port.published}/${port.protocol}`],
  );
  await tx.serviceClaim.deleteMany({
    where: {
      serviceId,
      OR: [
        { kind: "folder", value: folder },
        { kind: "hostname", value: { in: [hostname, ...(settings?.content.hostnames ?? [])] } },
        { kind: "port", value: { in: ports } },
      ],
    },
  });
}
