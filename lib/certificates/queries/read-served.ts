import type { Tx } from "#lib/platform/db/client.ts";

export interface ServedNotice {
  hostname: string;
  certificateId: string;
  address: string;
  state: string;
  problem: string | null;
  since: Date;
}

/** What a host name serves by now; null when nobody looks at it any more. Takes explicit arguments, for steps. */
export async function readServed(tx: Tx, hostname: string): Promise<ServedNotice | null> {
  const row = await tx.servedCertificate.findUnique({ where: { hostname } });
  if (!row) return null;
  const { certificateId, address, state, problem, since } = row;
  return { hostname, certificateId, address, state, problem, since };
}
