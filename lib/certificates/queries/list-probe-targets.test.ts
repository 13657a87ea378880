import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { listProbeTargets } from "./list-probe-targets.ts";

useTestDatabase("probetargets");
const EVERY_MS = 3_600_000;
const now = new Date();
const before = (ms: number) => new Date(now.getTime() - ms);

async function deliver(hostnames: string[]): Promise<void> {
  const rows = hostnames.map((names) => ({ id: randomUUID(), names, state: "issued", serial: "AB", issuedAt: now }));
  await db().certificate.createMany({ data: rows });
  await db().certificateDelivery.createMany({
    data: rows.map(({ id }) => ({
      ...{ id: randomUUID(), certificateId: id, kind: "caddy", target: "ingress", options: {}, state: "delivered" },
    })),
  });
}

const NOWHERE = Array.from({ length: 400 }, (_, index) => `inside-${index}.example.org`);

beforeAll(async () => {
  await deliver([...NOWHERE, "late.example.org", "early.example.org"]);
  const { id: certificateId } = await db().certificate.findFirstOrThrow();
  const seen = { certificateId, address: "203.0.113.1", state: "right", since: now };
  await db().servedCertificate.createMany({
    data: [
      { hostname: "late.example.org", ...seen, checkedAt: before(EVERY_MS + 1_000) },
      { hostname: "early.example.org", ...seen, checkedAt: before(1_000) },
    ],
  });
});

it("names that lead nowhere, which are never noted, keep nobody from their turn", async () => {
  const [first, second] = [await listProbeTargets(now, EVERY_MS), await listProbeTargets(now, EVERY_MS)];
  expect(first.due).toHaveLength(300);
  expect(first.due[0]?.hostname).toBe("late.example.org");
  const hostnames = ({ due }: typeof first) => due.map(({ hostname }) => hostname);
  expect(hostnames(first)).not.toContain("early.example.org");
  // Of those, others in each round.
  expect(hostnames(second).sort()).not.toEqual(hostnames(first).sort());
});
