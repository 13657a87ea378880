import { expect, it } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { SETTINGS, sourceOf } from "#workers/testing/backup-rows.ts";
import type { PolicySettings } from "../schema/policy.ts";
import type { BackupSource } from "../schema/source.ts";
import { checkPolicy } from "./check-policy.ts";

useTestDatabase("checkpolicy");

const FOLDER: BackupSource = { kind: "files", path: "/srv/pad", exclude: [] };
const APP = { kind: "http", path: "/health", port: 8080, status: 200 } as const;

const check = (verification: Partial<PolicySettings["verification"]>, source: BackupSource = sourceOf("pad")) => {
  const settings = { ...SETTINGS, verification: { ...SETTINGS.verification, ...verification } };
  return transaction((tx) => checkPolicy(tx, settings, source, "some-service")).then(
    () => ({}),
    (error: unknown) => (error as { fields: Record<string, string> }).fields,
  );
};

it("refuses a random older point where there is no schedule that takes one", async () => {
  expect(await check({ randomOlder: true })).toEqual({
    "verification.randomOlder": expect.stringContaining("say when"),
  });
  expect(await check({ randomOlder: true, cron: "0 5 * * 0" })).toEqual({});
});

it("refuses to ask the app of a copy that no app is started on", async () => {
  expect(Object.keys(await check({ smoke: APP }, FOLDER))).toEqual(["verification.smoke.kind"]);
  expect(await check({ smoke: APP })).toEqual({});
});
