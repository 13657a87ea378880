import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService } from "#lib/releases/testing/live-service.ts";
import { storeSecret } from "#lib/secrets/commands.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { type Actors, createActors, refusalOf } from "#lib/services/testing/actors.ts";
import { rotateSchema } from "../schema/views.ts";
import { rotateSecret } from "./rotate-secret.ts";

useTestDatabase("rotating");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
});

const create = (database: "mysql" | "postgresql") =>
  createLiveService(people.owner, { answers: { data: { database } } });
const rotate = (name: string, more: object = {}) =>
  rotateSecret(people.owner, name, rotateSchema.parse({ environment: "production", secret: "db_pass", ...more }));
/** What the engine writes when somebody cancels a run, without an engine. */
const cancel = (id: number) => db().run.update({ where: { id }, data: { state: "cancelled", exclusiveKey: null } });
/** What the step does that makes the new value. */
const renew = ({ id, name }: { id: string; name: string }, value: string) =>
  storeSecret(db(), { name: secretFullName(name, "db_pass"), value, serviceId: id });
const inputOf = async (runId: number, key: string) =>
  (await db().step.findUniqueOrThrow({ where: { runId_key: { runId, key } } })).input;

test("a cancelled rotation is brought to its end by the next one, with the password it made", async () => {
  const service = await create("mysql");
  const first = await rotate(service.name);
  await cancel(first.runId);
  // Nothing was made yet: the next one makes it, as a run of its own.
  const second = await rotate(service.name);
  expect(second.version).toBe(2);
  expect(second.runId).not.toBe(first.runId);
  await renew(service, "second");
  await cancel(second.runId);
  const third = await rotate(service.name);
  expect(third.version).toBe(2);
  expect(third.runId).not.toBe(second.runId);
  expect(await inputOf(third.runId, "open")).toMatchObject({ version: 2 });
});

test("an app that may sign in with the second account is brought back from it, whatever was asked for", async () => {
  const service = await create("postgresql");
  const first = await rotate(service.name);
  await renew(service, "second");
  await cancel(first.runId);
  const next = await rotate(service.name, { inPlace: true });
  expect(next.version).toBe(2);
  expect(await inputOf(next.runId, "settle")).toMatchObject({ signIn: "own", version: 2 });
});

test("nothing is rotated of a service that is not live", async () => {
  const service = await create("mysql");
  await db().service.update({ where: { id: service.id }, data: { state: "provisioning" } });
  expect(await refusalOf(rotate(service.name))).toMatchObject({ code: "secrets.not_live" });
});
