import { expect, it } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createServiceRow } from "#workers/testing/backup-rows.ts";
import { loadSuggested } from "./load-suggested.ts";

useTestDatabase("loadsuggested");

it("of a service that is not there, or not any more, nothing can be suggested, and the page says so", async () => {
  const { owner } = await createPeople();
  const service = await createServiceRow(owner.id);
  expect(await loadSuggested(owner.actor, service.name)).not.toBeNull();
  expect(await loadSuggested(owner.actor, "nobody")).toBeNull();
  await db().service.update({ where: { id: service.id }, data: { state: "retired" } });
  expect(await loadSuggested(owner.actor, service.name)).toBeNull();
});
