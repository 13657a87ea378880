import { expect, test } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { namesOf } from "#lib/backups/queries/suggest-sources.ts";
import { addPoint, addPolicy } from "#lib/backups/testing/points.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { SERVICE_ROW, summarizeServices } from "./summarize-services.ts";

useTestDatabase("summaries");

test("nothing is said to be restorable while no policy backs up a part of it; one that is switched off meant it", async () => {
  const { owner } = await createPeople();
  const volumes = [{ name: "spool", target: "/spool", readOnly: false }];
  const { id, name } = await createLiveService(owner.actor, { answers: { placement: { volumes } } });
  const startedAt = new Date("2026-11-01T12:00:00.000Z");
  await addPoint(await addPolicy({ serviceId: id }), { startedAt });
  const asOf = async () => {
    const row = await db().service.findUniqueOrThrow({ where: { id }, select: SERVICE_ROW });
    return (await summarizeServices(db(), [row]))[0]?.restorableAsOf;
  };
  expect(await asOf()).toBeNull();
  const source = { volumeName: `${namesOf(name).stackName}_spool`, exclude: [] };
  await addPolicy({ serviceId: id, name: "volume-spool" }, { kind: "volume", source, enabled: false });
  expect(await asOf()).toBe(startedAt.toISOString());
});
