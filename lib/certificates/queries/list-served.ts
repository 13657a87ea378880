import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { findVisible } from "./visible.ts";

const MAX = 500;

export interface ServedView {
  hostname: string;
  address: string;
  /** right | other | expired | untrusted | unreachable */
  state: string;
  serial: string | null;
  issuer: string | null;
  notAfter: string | null;
  problem: string | null;
  checkedAt: string;
  since: string;
}

/** What a certificate's host names really serve, as the worker last saw it; what is wrong first. */
export async function listServed(actor: Actor, certificateId: string): Promise<ServedView[]> {
  authorize(actor, "certificates.read");
  await findVisible(actor, certificateId);
  const rows = await db().servedCertificate.findMany({
    where: { certificateId },
    orderBy: { hostname: "asc" },
    take: MAX,
  });
  const isRight = (state: string) => (state === "right" ? 1 : 0);
  return rows
    .sort((a, b) => isRight(a.state) - isRight(b.state))
    .map(({ hostname, address, state, serial, issuer, problem, notAfter, checkedAt, since }) => ({
      ...{ hostname, address, state, serial, issuer, problem },
      notAfter: notAfter?.toISOString() ?? null,
      checkedAt: checkedAt.toISOString(),
      since: since.toISOString(),
    }));
}
