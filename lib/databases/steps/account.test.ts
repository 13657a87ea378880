import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { People } from "#lib/access/testing/people.ts";
import { type BackupWorld, startBackupWorld } from "#lib/backups/testing.ts";
import { addPeople } from "#lib/data-changes/testing.ts";
import { runExec } from "#lib/integrations/docker/exec.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { sqlKinds } from "#local/test-world.ts";
import { makeAccount, revokeAccount, rotateAccount } from "../commands/manage-accounts.ts";
import { accountSecret } from "../queries/list-accounts.ts";
import { databaseAccount } from "./account.ts";

/** As the servers say that nobody of this name and password comes in. */
const REFUSED = /denied|authentication failed|does not exist/i;

describe.each(sqlKinds)("on %s", (kind) => {
  let world: BackupWorld;
  let people: People;
  const isPostgres = kind === "postgresql";
  beforeAll(async () => {
    world = await startBackupWorld(kind);
    people = await addPeople(world);
    await world.sql("CREATE TABLE note (id INT PRIMARY KEY); INSERT INTO note VALUES (1), (2)");
  }, 240_000);
  afterAll(() => world?.close());

  const input = { environment: "production", purpose: "Grafana" };
  const run = async (accountId: string, act: "make" | "rotate" | "revoke") => {
    const test = world.context();
    const output = await databaseAccount.apply({ accountId, act }, test.ctx);
    // As the engine ends its run.
    await db().run.updateMany({
      where: { exclusiveKey: { not: null } },
      data: { exclusiveKey: null, state: "succeeded" },
    });
    return { ...test, output };
  };
  /** Signs in over the network, as a dashboard does. */
  async function as(user: string, password: string, sql: string): Promise<string> {
    const argv = isPostgres
      ? ["psql", "-X", "-A", "-t", "-q", "-h", "127.0.0.1", "-U", user, "-w", "notes", "-c", sql]
      : [kind, `-u${user}`, "-h127.0.0.1", "--protocol=tcp", "-N", "-B", "notes", "-e", sql];
    const env = { [isPostgres ? "PGPASSWORD" : "MYSQL_PWD"]: password };
    const { exitCode, stdout, stderr } = await runExec(world.containerId, { argv, env }, AbortSignal.timeout(30_000));
    return exitCode === 0 ? stdout.trim() : stderr;
  }

  if (isPostgres)
    test("what everybody may use on PostgreSQL is taken from it, not from the app, and what is left is named", async () => {
      await world.sql(
        "CREATE ROLE app LOGIN PASSWORD 'app-pw'; CREATE FUNCTION wipe() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM note WHERE id > 100'",
      );
      const { account, password } = await makeAccount(people.owner.actor, world.service.name, input);
      const { lines, output } = await run(account.id, "make");
      expect(lines.join("\n")).toContain("function public.wipe()");
      expect(output).toMatchObject({ left: ["function public.wipe()"] });
      await world.sql("CREATE SCHEMA later; CREATE TABLE later.thing (id INT)");
      expect(await as(account.userName, password, "SELECT COUNT(*) FROM later.thing")).toBe("0");
      expect(await as(account.userName, password, "SELECT * FROM seaworthy.data_change")).toMatch(/denied/);
      for (const sql of [
        "CREATE TEMP TABLE mine (id INT)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_creat(-1)",
        "CREATE TABLE public.mine (id INT)",
      ]) {
        const writing = `SET TRANSACTION READ WRITE; ${sql}`;
        expect(await as(account.userName, password, writing)).toMatch(/denied/);
        if (!sql.includes("public")) expect(await as("app", "app-pw", sql)).not.toMatch(/denied/);
        expect(await world.sql(sql.replace("mine", `mine_${randomInt(1e9)}`))).not.toMatch(/denied/);
      }
      await revokeAccount(people.owner.actor, world.service.name, account.id);
      await run(account.id, "revoke");
      expect(await as(account.userName, password, "SELECT 1")).toMatch(REFUSED);
    });

  test("it reads, also tables made later, and changes nothing", async () => {
    const { account, password } = await makeAccount(people.owner.actor, world.service.name, input);
    const { lines } = await run(account.id, "make");
    expect(lines.join("\n")).not.toContain(password);
    expect((await db().readOnlyAccount.findUniqueOrThrow({ where: { id: account.id } })).state).toBe("active");
    expect(await findSecret(db(), accountSecret(account.id))).toBeNull();
    await world.sql("CREATE TABLE later (id INT)");
    expect(await as(account.userName, password, "SELECT COUNT(*) FROM note")).toBe("2");
    expect(await as(account.userName, password, "SELECT COUNT(*) FROM later")).toBe("0");
    const forbidden = ["DELETE FROM note", "CREATE TABLE mine (id INT)", "CREATE USER other", "DROP TABLE note"];
    for (const sql of [...forbidden, ...(isPostgres ? ["SET TRANSACTION READ WRITE; DELETE FROM note"] : [])])
      expect(await as(account.userName, password, sql)).toMatch(/denied|read-only|must be|permission/i);
    expect(await world.sql("SELECT COUNT(*) FROM note")).toBe("2");
    // A worker that was killed does it again.
    await run(account.id, "make");

    const next = await rotateAccount(people.dba.actor, world.service.name, account.id);
    await run(account.id, "rotate");
    expect(await as(account.userName, next.password, "SELECT 1")).toBe("1");
    expect(await as(account.userName, password, "SELECT 1")).toMatch(REFUSED);

    await revokeAccount(people.owner.actor, world.service.name, account.id);
    const { ledger } = await run(account.id, "revoke");
    expect([...ledger.values()].map(({ name }) => name)).toEqual([]);
    expect(await as(account.userName, next.password, "SELECT 1")).toMatch(REFUSED);
    await run(account.id, "revoke");
    expect((await db().readOnlyAccount.findUniqueOrThrow({ where: { id: account.id } })).state).toBe("revoked");
    const again = await makeAccount(people.owner.actor, world.service.name, input);
    expect(again.account.userName).not.toBe(account.userName);
  });
});
