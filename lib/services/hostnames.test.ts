import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createDraft } from "./commands/create-draft.ts";
import { updateDraft } from "./commands/update-draft.ts";
import { checkDraft } from "./queries/check-draft.ts";
import { type Actors, createActors } from "./testing/actors.ts";

const root = "example.org";
useTestDatabase("hostnames", { ROOT_DOMAIN: root, APP_URL: `http://panel.${root}:8080` });
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const createService = (name: string, state: string) =>
  db().service.create({ data: { id: randomUUID(), name, purpose: "Other", ownerId: people.teammate.id, state } });

test("no service takes the panel's name, or one at or under another service's, also while that one does not use it", async () => {
  await createService("internal", "live");
  await createService("gone", "retired");
  const extraHostnames = [
    `internal.${root}`,
    `direct.internal.${root}`,
    `panel.${root}`,
    `www.${root}`,
    `gone.${root}`,
    `docs.pad-notes.${root}`,
    root,
  ];
  const draft = await createDraft(people.owner);
  const identity = { name: "pad-notes", purpose: "Shared notes" };
  const answers = { identity, placement: { image: "demo/web:1" }, exposure: { extraHostnames } };
  await updateDraft(people.owner, draft.id, { rev: draft.rev, answers });
  const { fields, warnings } = await checkDraft(people.owner, draft.id);
  expect(fields).toEqual({
    "exposure.extraHostnames.0": `internal.${root} belongs to internal.`,
    "exposure.extraHostnames.1": `direct.internal.${root} belongs to internal.`,
    "exposure.extraHostnames.2": `panel.${root} is the panel's own name.`,
    "exposure.extraHostnames.6": `${root} is the domain itself. An administrator can point it at the service, under Domains.`,
  });
  expect(warnings).toEqual({
    "exposure.extraHostnames.3": `www.${root} usually means something else in a domain. Make sure that nobody has it.`,
  });
});

test("no service takes a name under which somebody else has a record, nor one above it", async () => {
  const zone = { id: randomUUID(), name: root, providerZoneId: "Z1", nameServers: [] };
  await db().dnsZone.upsert({ where: { name: root }, create: zone, update: {} });
  const { id: zoneId } = await db().dnsZone.findUniqueOrThrow({ where: { name: root } });
  const addRecord = (name: string, ownerId: string, more = {}) =>
    db().dnsRecord.create({
      data: {
        id: randomUUID(),
        zoneId,
        name,
        type: "TXT",
        ttl: 300,
        values: ["x"],
        state: "in_sync",
        ownerId,
        ...more,
      },
    });
  await addRecord(`lab.${root}`, people.teammate.id);
  await addRecord(`x.below.${root}`, people.teammate.id);
  await addRecord(`mine.${root}`, people.owner.id);
  await addRecord(`kept.${root}`, people.teammate.id, { state: "removed", removedAt: new Date() });
  await addRecord(`free.${root}`, people.teammate.id, { state: "removed", removedAt: new Date(0) });
  const draft = await createDraft(people.owner);
  const extraHostnames = [`lab.${root}`, `mine.${root}`, `kept.${root}`, `free.${root}`];
  const identity = { name: "below", purpose: "Takes names" };
  const answers = { identity, placement: { image: "demo/web:1" }, exposure: { extraHostnames } };
  await updateDraft(people.owner, draft.id, { rev: draft.rev, answers });
  expect((await checkDraft(people.owner, draft.id)).fields).toEqual({
    "identity.name": `x.below.${root} belongs to somebody who has a record there.`,
    "exposure.extraHostnames.0": `lab.${root} belongs to somebody who has a record there.`,
    "exposure.extraHostnames.2": `kept.${root} belongs to somebody who has a record there.`,
  });
});

test("no service takes a name where somebody else has a record in Route 53", async () => {
  const { id: zoneId } = await db().dnsZone.findUniqueOrThrow({ where: { name: root } });
  const seen = { zoneId, ttl: 300, values: ["x"], seenAt: new Date() };
  await db().dnsForeignRecord.create({ data: { ...seen, id: randomUUID(), name: `shop.${root}`, type: "MX" } });
  await db().dnsForeignRecord.create({ data: { ...seen, id: randomUUID(), name: `talks.${root}`, type: "TXT" } });
  const draft = await createDraft(people.owner);
  const identity = { name: "talks", purpose: "Talks" };
  const answers = { identity, placement: { image: "demo/web:1" }, exposure: { extraHostnames: [`shop.${root}`] } };
  await updateDraft(people.owner, draft.id, { rev: draft.rev, answers });
  const advice = "An administrator can adopt it.";
  expect((await checkDraft(people.owner, draft.id)).fields).toMatchObject({
    "exposure.extraHostnames.0": `Somebody else has a record at shop.${root} in Route 53 (MX). ${advice}`,
    "exposure.defaultHostname": `Somebody else has a record at talks.${root} in Route 53 (TXT). ${advice}`,
  });
});
