import { authorize, may } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { listOpenDrafts } from "./read-draft.ts";

const LIST_MAX = 2000;

/** Services, and drafts for those who may read them, on which a checklist can be tried or for which it can be started. */
export async function listPreviewable(actor: Actor): Promise<{
  services: { name: string; purpose: string }[];
  drafts: { id: string; name: string }[];
}> {
  authorize(actor, "services.list");
  const services = await db().service.findMany({
    where: { state: { not: "retired" } },
    select: { name: true, purpose: true },
    orderBy: { name: "asc" },
    take: LIST_MAX,
  });
  const drafts = may(actor, "drafts.read").ok ? await listOpenDrafts(db()) : [];
  return { services, drafts: drafts.map(({ id, name }) => ({ id, name: name ?? "A draft without a name" })) };
}
