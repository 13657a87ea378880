import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import { insertDeployment } from "../commands/insert-deployment.ts";
import type { DeploymentKind } from "../constants.ts";
import { prepareProposal } from "../queries/prepare-proposal.ts";
import { createLiveService } from "../testing/live-service.ts";
import { createReadyRelease } from "../testing/proposals.ts";
import { releasesMigrate } from "./migrate.ts";

useTestDatabase("migrate");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const MIGRATIONS = [{ id: "0001", sql: "CREATE TABLE t (id INT)" }];

/** One that has come to its migrations. */
async function createMoving(kind: DeploymentKind) {
  const service = await createLiveService(people.owner, { answers: { data: { database: "mariadb" } } });
  const release = await createReadyRelease(service, people.owner, { migrations: MIGRATIONS });
  const { id } = await transaction(async (tx) => {
    const prepared = await prepareProposal(tx, release.id, "production");
    const { environment, content, configVersion, evidence, targetState, prefilled: answers } = prepared;
    return insertDeployment(tx, {
      ...{ releaseId: release.id, environment, kind, state: "running", content, configVersion, answers, evidence },
      ...{ targetState, needed: 0, requestedById: people.owner.id, editorIds: [], expiresAt: new Date() },
      more: { runId: service.runId },
    });
  });
  return { id, service, runId: service.runId };
}

test.each([
  ["no backup was taken in its run, whose policy came later", {}, /^No backup was taken and proven/],
  ["its backup could not be proven", { proof: { proven: null, stopped: "no space" } }, /could not be proven: no space/],
] as const)("a release does not migrate when %s", async (_name, outputs, words) => {
  const { id, runId } = await createMoving("release");
  const { ctx } = createTestContext({ run: { id: runId }, outputs });
  const error = await refusalOf(releasesMigrate.apply({ deploymentId: id }, ctx));
  expect(error).toMatchObject({ code: "releases.backup_not_proven", retry: "permanent" });
  expect(error.message).toMatch(words);
  const row = await db().deployment.findUniqueOrThrow({ where: { id } });
  expect(row).toMatchObject({ state: "failed", outcome: expect.stringContaining("No task was replaced") });
});

test("breaking the glass goes past it, and says so", async () => {
  const { id, runId } = await createMoving("break-glass");
  const { ctx, lines } = createTestContext({ run: { id: runId } });
  const error = await refusalOf(releasesMigrate.apply({ deploymentId: id }, ctx));
  // Its database is none: it came as far as opening it.
  expect(error.code).not.toBe("releases.backup_not_proven");
  expect(lines.join("\n")).toContain("w No backup was taken and proven in this run. It goes on all the same");
});

test("a migration that ran with another text is not proposed", async () => {
  const { id, service } = await createMoving("release");
  await db().deployment.update({ where: { id }, data: { state: "done" } });
  await db().environment.updateMany({ where: { serviceId: service.id }, data: { currentId: id } });
  const changed = [{ id: "0001", sql: "CREATE TABLE t (id BIGINT)" }];
  const other = await createReadyRelease(service, people.owner, { letter: "c", migrations: changed });
  const error = await refusalOf(prepareProposal(db(), other.id, "production"));
  expect(error).toMatchObject({ code: "releases.migration_changed", status: 409 });
  expect(error.message).toBe("The migration 0001 has run there with another text.");
  const added = [...MIGRATIONS, { id: "0002", sql: "CREATE TABLE u (id INT)" }];
  const next = await createReadyRelease(service, people.owner, { letter: "d", migrations: added });
  const { evidence } = await prepareProposal(db(), next.id, "production");
  expect(evidence.differences).toContainEqual(expect.objectContaining({ area: "migration", name: "0002" }));
});
