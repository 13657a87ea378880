import { expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createServiceRow } from "#lib/backups/testing.ts";
import { db } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { deleteSecret, ensureSecret, storeSecret } from "./commands.ts";
import { findSecret } from "./queries.ts";

useTestDatabase("secrets");
const secret = (name: string) => ({ name, serviceId: null });

it("makes up one secret, however many want it at the same moment", async () => {
  const tries = await Promise.allSettled(
    Array.from({ length: 8 }, () => transaction((tx) => ensureSecret(tx, secret("services.pad.db_pass")))),
  );
  for (const one of tries) if (one.status === "rejected") expect(isDuplicate(one.reason)).toBe(true);
  expect(await db().secret.count({ where: { name: "services.pad.db_pass" } })).toBe(1);
  const stored = await findSecret(db(), "services.pad.db_pass");
  for (const one of tries) if (one.status === "fulfilled") expect(one.value.value).toEqual(stored?.value);
});

it("counts deleted versions, so that nothing sealed for one opens as another", async () => {
  await transaction((tx) => storeSecret(tx, { ...secret("a"), value: "first" }));
  await transaction((tx) => deleteSecret(tx, "a"));
  expect(await findSecret(db(), "a")).toBeNull();
  const made = await transaction((tx) => ensureSecret(tx, secret("a")));
  expect(made.version).toBe(2);
});

it("keeps nothing under a service's prefix that is not named as its secrets are", async () => {
  const service = await createServiceRow("pad-notes");
  const keep = (name: string, serviceId: string | null = service.id) =>
    transaction((tx) => storeSecret(tx, { name, value: "x", serviceId }));
  expect(await keep("services.pad-notes.api_key")).toMatchObject({ version: 1 });
  expect(await keep("services.pad-notes.staging.api_key")).toMatchObject({ version: 1 });
  for (const name of ["services.other.api_key", "services.pad-notes.", "services.Pad.api key", "services.pad-notes"])
    await expect(keep(name)).rejects.toMatchObject({ code: "secrets.name" });
  expect(await db().secret.count({ where: { serviceId: service.id } })).toBe(2);
});
