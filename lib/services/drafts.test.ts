import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createDraft } from "./commands/create-draft.ts";
import { deleteDraft } from "./commands/delete-draft.ts";
import { removeDraftSecret, setDraftSecret } from "./commands/draft-secrets.ts";
import { updateDraft } from "./commands/update-draft.ts";
import { checkDraft } from "./queries/check-draft.ts";
import { getDraft, listDrafts } from "./queries/read-draft.ts";
import { type Actors, createActors, refusalOf } from "./testing/actors.ts";

useTestDatabase("drafts");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const uniqueName = () => `svc-${randomUUID().slice(0, 8)}`;
async function startDraft(answers: Record<string, Record<string, unknown>> = {}) {
  const draft = await createDraft(people.owner);
  return updateDraft(people.owner, draft.id, {
    rev: draft.rev,
    answers: {
      ...answers,
      identity: { name: uniqueName(), purpose: "Shared notes", ...answers.identity },
      placement: { image: "demo/web:1", ...answers.placement },
    },
  });
}
const check = (draftId: string) => checkDraft(people.owner, draftId);

async function createService(name: string, state = "live", claims: [string, string][] = []) {
  const id = randomUUID();
  await db().service.create({ data: { id, name, purpose: "Other", ownerId: people.teammate.id, state } });
  await db().serviceClaim.createMany({ data: claims.map(([kind, value]) => ({ kind, value, serviceId: id })) });
  return id;
}

describe("a draft", () => {
  test("begins empty, owned by whoever began it, with defaults filled in", async () => {
    const draft = await createDraft(people.owner);
    expect(draft).toMatchObject({
      rev: 1,
      group: "identity",
      owner: { name: "Olga Owner" },
      service: null,
      planRun: null,
    });
    expect(draft.answers.identity.ownerId).toBe(people.owner.id);
    expect(draft.groups.map((group) => group.state)).toEqual(Array(10).fill("empty"));
  });

  test("keeps what was typed, right or wrong, and says what is wrong beside the field", async () => {
    const draft = await createDraft(people.owner);
    const saved = await updateDraft(people.owner, draft.id, {
      rev: 1,
      group: "placement",
      answers: { identity: { name: "../etc" }, data: { database: "mariadb" } },
    });
    expect(saved.rev).toBe(2);
    const read = await getDraft(people.teammate, draft.id);
    expect(read.answers.identity.name).toBe("../etc");
    expect(read.group).toBe("placement");
    const identity = read.groups.find((group) => group.key === "identity");
    expect(identity).toMatchObject({
      state: "problems",
      fields: { name: expect.stringContaining("cannot stand in a name") },
    });
    expect(read.groups.find((group) => group.key === "data")?.state).toBe("complete");
  });

  test("two editors never overwrite each other: the stale one gets a 409", async () => {
    const draft = await createDraft(people.owner);
    await updateDraft(people.owner, draft.id, { rev: 1, answers: { identity: { purpose: "first" } } });
    const late = await refusalOf(
      updateDraft(people.teammate, draft.id, { rev: 1, answers: { identity: { purpose: "second" } } }),
    );
    expect(late).toMatchObject({ status: 409, code: "draft.stale" });
    expect((await getDraft(people.owner, draft.id)).answers.identity.purpose).toBe("first");
  });

  test("of many saves at once on one revision exactly one wins", async () => {
    const draft = await createDraft(people.owner);
    const saves = Array.from({ length: 8 }, (_, index) =>
      updateDraft(people.owner, draft.id, { rev: 1, answers: { identity: { purpose: `save ${index}` } } }),
    );
    const results = await Promise.allSettled(saves);
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect((await getDraft(people.owner, draft.id)).rev).toBe(2);
  });

  test("saving what is there already, or turning a page, is no new revision", async () => {
    const draft = await startDraft();
    const { name } = draft.answers.identity;
    const again = await updateDraft(people.owner, draft.id, {
      rev: draft.rev,
      group: "data",
      answers: { identity: { name } },
    });
    expect(again).toMatchObject({ rev: draft.rev, group: "data" });
  });

  test("stores only fields a group asks for, and never a secret's value", async () => {
    const draft = await createDraft(people.owner);
    await updateDraft(people.owner, draft.id, {
      rev: 1,
      answers: {
        identity: { name: "abc", password: "hunter2" },
        secrets: { others: [{ name: "smtp_pass", purpose: "mail", source: "stored", value: "hunter2" }] },
      },
    });
    const row = await db().serviceDraft.findUniqueOrThrow({ where: { id: draft.id } });
    expect(JSON.stringify(row.answers)).not.toContain("hunter2");
    const strange = await refusalOf(updateDraft(people.owner, draft.id, { rev: 2, answers: { roots: {} } }));
    expect(strange.fields).toEqual({ roots: "There is no such group of questions." });
  });

  test("has an end: more than 64 KiB of answers is refused", async () => {
    const draft = await createDraft(people.owner);
    const huge = await refusalOf(
      updateDraft(people.owner, draft.id, { rev: 1, answers: { identity: { purpose: "x".repeat(70_000) } } }),
    );
    expect(huge).toMatchObject({ status: 422, code: "draft.too_large" });
  });

  test("is everybody's among staff to edit, its owner's to throw away, and a viewer's not even to read", async () => {
    const draft = await startDraft();
    expect((await listDrafts(people.teammate)).map((one) => one.id)).toContain(draft.id);
    for (const attempt of [
      getDraft(people.outsider, draft.id),
      listDrafts(people.outsider),
      createDraft(people.outsider),
      checkDraft(people.outsider, draft.id),
      updateDraft(people.outsider, draft.id, { rev: draft.rev }),
      setDraftSecret(people.outsider, draft.id, "a", "b"),
      deleteDraft(people.outsider, draft.id),
      deleteDraft(people.teammate, draft.id),
    ])
      expect(await refusalOf(attempt)).toMatchObject({ status: 403 });
    await deleteDraft(people.owner, draft.id);
    expect(await refusalOf(getDraft(people.owner, draft.id))).toMatchObject({ status: 404 });
  });
});

describe("a draft's secrets", () => {
  const stored = { secrets: { others: [{ name: "smtp_pass", purpose: "mail", source: "stored" }] } };

  test("are kept sealed, are missed until given, and only their names are shown", async () => {
    const draft = await startDraft(stored);
    expect((await check(draft.id)).fields["secrets.others.0.source"]).toMatch(/^Give the value of smtp_pass/);
    await setDraftSecret(people.owner, draft.id, "smtp_pass", "first");
    await setDraftSecret(people.owner, draft.id, "smtp_pass", "hunter2");
    expect((await check(draft.id)).ready).toBe(true);
    const view = await getDraft(people.owner, draft.id);
    expect(view.secretsSet).toEqual(["smtp_pass"]);
    const rows = await db().secret.findMany({
      where: { name: `drafts.${draft.id}.smtp_pass` },
      orderBy: { version: "asc" },
    });
    expect(rows.map((row) => [row.version, row.deletedAt !== null])).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(Buffer.from(rows[1]?.ciphertext ?? []).toString("latin1")).not.toContain("hunter2");
    const audit = await db().auditEvent.findMany({ where: { subjectId: draft.id } });
    expect(JSON.stringify([view, audit.map((event) => event.detail)])).not.toContain("hunter2");
  });

  test("can be taken back, and go with the draft", async () => {
    const draft = await startDraft(stored);
    await setDraftSecret(people.owner, draft.id, "smtp_pass", "hunter2");
    await removeDraftSecret(people.owner, draft.id, "smtp_pass");
    expect((await getDraft(people.owner, draft.id)).secretsSet).toEqual([]);
    await setDraftSecret(people.owner, draft.id, "smtp_pass", "again");
    await deleteDraft(people.owner, draft.id);
    expect(await db().secret.count({ where: { name: { startsWith: `drafts.${draft.id}` }, deletedAt: null } })).toBe(0);
  });

  test.each(["../x", "db_pass", "", "Ünder"])("refuse the name %j", async (name) => {
    const draft = await startDraft();
    expect(await refusalOf(setDraftSecret(people.owner, draft.id, name, "x"))).toMatchObject({ status: 422 });
  });
});

describe("while typing", () => {
  test.each([
    ["../x", "identity.name"],
    ["x; rm -rf /", "identity.name"],
    ["-rf", "identity.name"],
    ["a".repeat(300), "identity.name"],
    ["pаd-notes", "identity.name"],
  ])("the name %j is refused beside its field, and the preview still stands", async (name, path) => {
    const draft = await startDraft({ identity: { name } });
    const { fields, preview, ready } = await check(draft.id);
    expect(fields[path]).toMatch(/[.]$/);
    expect(ready).toBe(false);
    expect(preview.find((item) => item.key === "stack")?.title).toBe("Deploy stack your-service-production");
  });

  test("a port of 70000 and an image that cannot be are refused beside their fields", async () => {
    const ports = [{ container: 70000, publish: "automatic", published: null, protocol: "tcp", purpose: "Web" }];
    const draft = await startDraft({ placement: { image: "-v /etc:/etc", ports } });
    expect((await check(draft.id)).fields).toEqual({
      "placement.image": "An image's name cannot begin with a hyphen.",
      "placement.ports.0.container": "70000 is not a port: ports go from 1 to 65535.",
    });
  });

  test("a name that a service has is taken, a retired one's is only a warning, a draft's too", async () => {
    const [live, retired] = [uniqueName(), uniqueName()];
    await createService(live);
    await createService(retired, "retired");
    const taken = await check((await startDraft({ identity: { name: live } })).id);
    expect(taken.fields["identity.name"]).toBe(`${live} is taken by a service of Tom Teammate (live).`);
    const again = await check((await startDraft({ identity: { name: retired } })).id);
    expect(again.fields).toEqual({});
    expect(again.warnings["identity.name"]).toMatch(/retired service had this name/);
    const name = uniqueName();
    await startDraft({ identity: { name } });
    const second = await check((await startDraft({ identity: { name } })).id);
    expect(second.warnings["identity.name"]).toBe("Olga Owner is drafting a service of this name too.");
  });

  test("a name that is somebody's user name, or a host name below it, is that person's", async () => {
    const { username } = await db().user.findUniqueOrThrow({ where: { id: people.teammate.id } });
    const label = username.slice(0, 30).replace(/-$/, "");
    await db().user.update({ where: { id: people.teammate.id }, data: { username: label } });
    const exposure = { audience: "public", extraHostnames: [`x.${label}.${process.env.ROOT_DOMAIN}`] };
    const { fields } = await check((await startDraft({ identity: { name: label }, exposure })).id);
    expect(fields["identity.name"]).toContain("user name of Tom Teammate");
    expect(fields["exposure.extraHostnames.0"]).toContain("a person's own names");
  });

  test("a host name, a port and a folder that another service has are named with their holder", async () => {
    const holder = uniqueName();
    const name = uniqueName();
    const root = process.env.ROOT_DOMAIN ?? "";
    await createService(holder, "live", [
      ["hostname", `${holder}-pads.${root}`],
      ["hostname", `${name}.${root}`],
      ["port", "8443/tcp"],
      ["folder", `${process.env.SERVICES_ROOT}/${name}`],
    ]);
    const ports = [{ container: 443, publish: "fixed", published: 8443, protocol: "tcp", purpose: "Web" }];
    const draft = await startDraft({
      identity: { name },
      placement: { ports },
      data: { filesFolder: true },
      exposure: { extraHostnames: [`${holder}-pads.${root}`, "pads.elsewhere.test"] },
    });
    expect((await check(draft.id)).fields).toEqual({
      "placement.ports.0.published": `Port 8443/tcp belongs to ${holder}.`,
      "data.filesFolder": `The folder ${process.env.SERVICES_ROOT}/${name} belongs to ${holder}.`,
      "exposure.defaultHostname": `${name}.${root} belongs to ${holder}.`,
      "exposure.extraHostnames.0": `${holder}-pads.${root} belongs to ${holder}.`,
      "exposure.extraHostnames.1": `pads.elsewhere.test is not under ${root}, the one zone the panel manages.`,
    });
  });

  test("nothing may depend on what is retired or unknown", async () => {
    const [live, failed, retired] = [uniqueName(), uniqueName(), uniqueName()];
    await createService(live);
    await createService(failed, "failed");
    await createService(retired, "retired");
    const dependsOn = [live, failed, retired, "no-such-thing"].map((service) => ({ service, reason: "" }));
    const { fields, warnings } = await check((await startDraft({ identity: { dependsOn } })).id);
    expect(fields).toEqual({
      "identity.dependsOn.2.service": `${retired} is retired: nothing can depend on it.`,
      "identity.dependsOn.3.service": "There is no service no-such-thing.",
    });
    expect(warnings).toEqual({ "identity.dependsOn.1.service": `${failed} is not live yet (failed).` });
  });

  test("a guarded port, a secret among the variables and an image without a tag are pointed out", async () => {
    const draft = await startDraft({
      placement: {
        image: "demo/cache",
        ports: [{ container: 11211, publish: "automatic", published: null, protocol: "tcp", purpose: "Cache" }],
        env: [
          { name: "SMTP_PASSWORD", value: "x" },
          { name: "SMTP_PASSWORD_FILE", value: "/run/secrets/smtp" },
        ],
      },
    });
    const { fields, warnings } = await check(draft.id);
    expect(fields).toEqual({});
    expect(Object.keys(warnings)).toEqual(["placement.ports.0.container", "placement.env.0.name", "placement.image"]);
  });
});
