import { beforeAll, describe, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { createApi } from "#lib/api/handle-request.ts";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import { targetSecretName } from "#lib/backups/targets/secret-name.ts";
import { addPoint, addPolicy } from "#lib/backups/testing/points.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { config as settings } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { findSecret } from "#lib/secrets/queries.ts";
import { ROUTES } from "./registry.ts";

useTestDatabase("backuptargets");
const api = createApi(ROUTES);
const SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";
const config = {
  ...{ kind: "s3", endpoint: "https://s3.example.org", region: "us-east-1", bucket: "harbour", prefix: "" },
  ...{ accessKeyId: "AKIAEXAMPLE", pathStyle: true, checksums: false, conditionalWrites: false },
};
/** A place of its own for each. */
const configOf = (name: string) => ({ ...config, prefix: name.replaceAll(" ", "-") });
let people: People;

beforeAll(async () => {
  people = await createPeople();
});

async function ask(who: keyof People, method: string, path: string, body?: object) {
  const response = await api(
    new Request(`http://localhost:8080/api/v1/backup-targets${path}`, {
      method,
      headers: { ...people[who].headers, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }),
  );
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

async function make(name: string): Promise<TargetView> {
  const made = await ask("admin", "POST", "", { name, config: configOf(name), secret: SECRET });
  expect(made.status).toBe(201);
  return made.body;
}
const readSecret = async (id: string) => String((await findSecret(db(), targetSecretName(id)))?.value ?? "none");

describe("a target of backups", () => {
  it("is made by an administrator, its secret goes in and never comes out, and it is looked at", async () => {
    const target = await make("Off site");
    expect(target).toMatchObject({
      name: "Off site",
      config: configOf("Off site"),
      hasSecret: true,
      state: "unchecked",
      points: 0,
      version: 1,
    });
    expect(await readSecret(target.id)).toBe(SECRET);
    for (const path of ["", `/${target.id}`])
      for (const who of ["admin", "owner", "dba"] as const) {
        const answer = await ask(who, "GET", path);
        expect(answer.status).toBe(200);
        expect(answer.text).not.toContain(SECRET);
      }
    const audit = await db().auditEvent.findMany({ where: { subjectId: target.id } });
    expect(audit.map((one) => one.action)).toEqual(["backupTargets.create"]);
    expect(JSON.stringify(audit.map((one) => one.detail))).not.toContain(SECRET);
    expect(await db().run.count({ where: { exclusiveKey: `target:${target.id}` } })).toBe(1);
  });

  it("is changed, removed, checked and made the default by nobody else", async () => {
    const { id, version } = await make("Guarded");
    const edit = { name: "x", config, secret: null, version };
    for (const who of ["owner", "teammate", "outsider", "manager", "dba"] as const) {
      const tries = [
        await ask(who, "POST", "", { name: "x", config, secret: SECRET }),
        await ask(who, "PUT", `/${id}`, edit),
        await ask(who, "DELETE", `/${id}`),
        await ask(who, "POST", `/${id}/check`),
        await ask(who, "POST", `/${id}/default`),
      ];
      expect(
        tries.map((one) => one.status),
        who,
      ).toEqual([403, 403, 403, 403, 403]);
    }
    expect((await ask("admin", "GET", `/${id}`)).body).toMatchObject({ name: "Guarded", version });
  });

  it("keeps its secret when it is saved without one, and takes a new one in its place", async () => {
    const { id } = await make("Keeper");
    const edit = { name: "Keeper 2", config: configOf("Keeper"), secret: null };
    const kept = await ask("admin", "PUT", `/${id}`, { ...edit, version: 1 });
    expect(kept.body).toMatchObject({ name: "Keeper 2", version: 2, hasSecret: true });
    expect(await readSecret(id)).toBe(SECRET);
    await ask("admin", "PUT", `/${id}`, { ...edit, secret: "another", version: 2 });
    expect(await readSecret(id)).toBe("another");
  });

  it("is refused beside the field that is wrong", async () => {
    const fieldsOf = async (body: object) => Object.keys((await ask("admin", "POST", "", body)).body.error.fields);
    expect(await fieldsOf({ name: "", config: { ...config, bucket: "No" }, secret: SECRET })).toEqual([
      "name",
      "config.bucket",
    ]);
    expect(await fieldsOf({ name: "x", config: configOf("No secret"), secret: null })).toEqual(["secret"]);
    expect(await fieldsOf({ name: "x", config: { kind: "disk", folder: null }, secret: null })).toEqual([
      "config.folder",
    ]);
    const { id } = await make("Stays S3");
    const other = { name: "x", config: { kind: "disk", folder: "/srv/x" }, secret: null, version: 1 };
    expect((await ask("admin", "PUT", `/${id}`, other)).body.error.fields).toHaveProperty("config.kind");
  });

  it("is not put where another one is, nor inside or around it; one that is there already can be edited", async () => {
    const inside = { ...config, prefix: "shared/inside", accessKeyId: "AKIAOTHER" };
    const fieldsOf = async (asked: object) =>
      (await ask("admin", "POST", "", { name: "x", config: asked, secret: SECRET })).body.error?.fields;
    const first = await make("shared");
    expect(await fieldsOf(inside)).toEqual({ "config.prefix": expect.stringContaining("“shared”") });
    const own = { kind: "disk", folder: `${settings().BACKUPS_ROOT}/second` };
    expect(Object.keys(await fieldsOf(own))).toEqual(["config.folder"]);
    const { id } = await make("elsewhere");
    const save = (version: number) =>
      ask("admin", "PUT", `/${id}`, { name: "elsewhere", config: inside, secret: null, version });
    expect((await save(1)).body.error.fields).toHaveProperty("config.prefix");
    // As two of before this was looked at may be.
    await db().backupTarget.update({ where: { id }, data: { config: inside } });
    expect((await save(1)).status).toBe(200);
    await ask("admin", "DELETE", `/${first.id}`);
    expect(await fieldsOf(configOf("shared"))).toHaveProperty("config.prefix");
    await ask("admin", "DELETE", `/${id}`);
    await make("shared");
  });

  it("tells the later of two editors that somebody saved in between", async () => {
    const { id } = await make("Twice");
    const edit = { config: configOf("Twice"), secret: null, version: 1 };
    const save = (name: string) => ask("admin", "PUT", `/${id}`, { ...edit, name });
    const both = await Promise.all([save("One"), save("Two")]);
    expect(both.map((one) => one.status).sort()).toEqual([200, 409]);
    expect(both.find((one) => one.status === 409)?.body.error.code).toBe("backups.changed_meanwhile");
  });

  it("is the default alone", async () => {
    const first = await make("First");
    const second = await make("Second");
    for (const { id } of [first, second]) expect((await ask("admin", "POST", `/${id}/default`)).status).toBe(200);
    const { body } = await ask("admin", "GET", "");
    expect(body.targets.filter((one: TargetView) => one.isDefault).map((one: TargetView) => one.name)).toEqual([
      "Second",
    ]);
    expect((await ask("admin", "DELETE", `/${second.id}`)).body.error.code).toBe("backups.target_in_use");
    await ask("admin", "POST", `/${OWN_DISK_TARGET}/default`);
  });

  it("is forgotten with its secret once nothing is there and nothing goes there", async () => {
    const { id } = await make("Going");
    const policy = await addPolicy({ serviceId: null }, { targetId: id });
    const pointId = await addPoint(policy, { targetId: id });
    const counted = (await ask("admin", "GET", `/${id}`)).body;
    expect(counted).toMatchObject({ policies: 1, points: 1, missing: 0 });
    expect(counted.storedBytes).toBeGreaterThan(0);
    expect((await ask("admin", "DELETE", `/${id}`)).status).toBe(409);
    await db().backup.update({ where: { id: pointId }, data: { removedAt: new Date() } });
    await db().backupPolicy.update({ where: { id: policy.id }, data: { removedAt: new Date(), scope: null } });
    expect((await ask("admin", "DELETE", `/${id}`)).status).toBe(200);
    expect((await ask("admin", "GET", `/${id}`)).status).toBe(404);
    expect(await readSecret(id)).toBe("none");
    expect((await ask("admin", "DELETE", `/${OWN_DISK_TARGET}`)).status).toBe(409);
  });
});
