import { expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
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
