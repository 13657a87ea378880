import { randomUUID } from "node:crypto";
import { openSyncWorld } from "#lib/dns/testing/sync-world.ts";
import { db, type Prisma } from "#lib/platform/db/client.ts";
import { createTestContext, type TestContext, type TestContextOptions } from "#lib/steps/testing/context.ts";
import { toNamesKey } from "../format.ts";
import { certificatesIssue } from "../steps/issue.ts";
import { certificatesRenew } from "../steps/renew.ts";
import { type OwnPebbleOptions, startOwnPebble } from "./own-pebble.ts";

export interface IssueOutput {
  certificateId: string;
  serial: string;
  notAfter: string;
  issuer: string;
}

/** Route 53, DNS, a Pebble and a database of one file's own, and a person whose certificates they are. */
export async function openLineageWorld(options: Omit<OwnPebbleOptions, "dnsServer"> = {}) {
  const names = await openSyncWorld("lineage.test");
  const pebble = await startOwnPebble({ dnsServer: `127.0.0.1:${names.route53.dnsPort}`, nonceReject: 15, ...options });
  names.useSettings({ LETS_ENCRYPT_DIRECTORY_URL: pebble.directoryUrl, LETS_ENCRYPT_CA_FILE: pebble.caFile });
  const ownerId = randomUUID();
  const person = { displayName: "Sam Smith", email: "sam@example.org", username: "sam" };
  await db().user.create({ data: { id: ownerId, ...person, issuer: "test", nameId: ownerId, roles: "staff" } });
  let runs = 0;
  /** Each context is another run's, as each renewal is. */
  const attempt = (more: TestContextOptions = {}) => createTestContext({ run: { id: ++runs }, ...more });

  return {
    ...names,
    pebble,
    ownerId,
    attempt,
    /** A row as a person's request makes it. */
    async request(hosts: readonly string[], more: Partial<Prisma.CertificateUncheckedCreateInput> = {}) {
      const id = randomUUID();
      await db().certificate.create({ data: { id, ownerId, names: toNamesKey(hosts), state: "pending", ...more } });
      return { certificateId: id, names: [...hosts] };
    },
    issue: (input: { certificateId?: string; names: string[] }, test: TestContext = attempt()) =>
      certificatesIssue.apply(input, test.ctx) as Promise<IssueOutput>,
    renew: (certificateId: string, test: TestContext = attempt()) =>
      certificatesRenew.apply({ certificateId }, test.ctx) as Promise<IssueOutput>,
    row: (id: string) => db().certificate.findUniqueOrThrow({ where: { id } }),
    orders: (certificateId: string) =>
      db().acmeOrder.findMany({ where: { certificateId }, orderBy: { createdAt: "asc" } }),
    /** Makes the authority's look at DNS fail, by taking its answers away; `{}` puts it right. */
    async close(): Promise<void> {
      await pebble.stop();
      await names.close();
    },
  };
}

export type LineageWorld = Awaited<ReturnType<typeof openLineageWorld>>;
