import { readRoles } from "#lib/access/roles.ts";
import { placeOfName } from "#lib/dns/namespaces.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";

const lost = (message: string) =>
  new AppError({
    code: "certificates.name_lost",
    message,
    advice: "Ask for a certificate without it, or ask an administrator whose it is now.",
    retry: "permanent",
  });

/**
 * Throws when a name of a certificate has become somebody else's since it was asked for: whoever has the old one would go on
 * getting new ones for a name they no longer have. Asked before every order, renewals included.
 */
export async function assertStillTheirs(certificateId: string): Promise<void> {
  const row = await db().certificate.findUnique({
    where: { id: certificateId },
    select: {
      ...{ names: true, serviceId: true, ownerId: true },
      owner: { select: { roles: true } },
      service: { select: { name: true, ownerId: true, state: true } },
    },
  });
  if (!row) return;
  const { serviceId, service } = row;
  if (service?.state === "retired") throw lost(`The service ${service.name} is no more.`);
  const ownerId = service?.ownerId ?? row.ownerId;
  // The panel's own, and those of administrators, who may have any.
  if (ownerId === null || readRoles(row.owner?.roles ?? "").includes("admin")) return;
  for (const name of row.names.split(",")) {
    const place = await placeOfName(db(), name);
    const isTheirs = place.ownerId === ownerId || (serviceId !== null && place.service?.id === serviceId);
    if (place.ownerId !== null && !isTheirs) throw lost(`${name} belongs to somebody else by now.`);
  }
}
