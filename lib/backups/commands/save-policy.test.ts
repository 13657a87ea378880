import { randomUUID } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { createPeople, type People } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { config } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { toAppError } from "#lib/platform/errors.ts";
import { createServiceRow, SETTINGS, sourceOf } from "#workers/testing/backup-rows.ts";
import type { BackupSource } from "../schema/source.ts";
import { createPolicy } from "./save-policy.ts";

useTestDatabase("savepolicies");

let people: People;
let service: { id: string; name: string };
beforeEach(async () => {
  people = await createPeople();
  service = await createServiceRow(people.owner.id);
  const staging = { serviceId: service.id, name: "staging", stackName: `${service.name}-staging` };
  await db().environment.create({ data: { id: randomUUID(), ...staging } });
});

const databaseOf = (environment: string): BackupSource => ({
  ...(sourceOf(service.name) as Extract<BackupSource, { kind: "mariadb" }>),
  ...{ stackName: `${service.name}-${environment}`, swarmService: `${service.name}-${environment}_db` },
});
const volumeOf = (environment: string): BackupSource => ({
  ...{ kind: "volume", volumeName: `${service.name}-${environment}_uploads`, exclude: [] },
});
const itIs = (environment: string) => `This is ${environment}'s: choose that environment.`;

/** What an administrator, who may read anything, is told beside the fields; null: it was saved. */
const refusal = async (environment: string, source: BackupSource) => {
  const policy = { ...SETTINGS, serviceName: service.name, environment, name: `p-${randomUUID().slice(0, 8)}`, source };
  return createPolicy(people.admin.actor, policy).then(
    () => null,
    (error: unknown) => toAppError(error).fields,
  );
};

it("one environment's data is backed up as another's by nobody: what may leave production goes by the policy's", async () => {
  for (const [environment, other] of [
    ["staging", "production"],
    ["production", "staging"],
  ] as const) {
    expect(await refusal(environment, databaseOf(other))).toEqual({ "source.stackName": itIs(other) });
    expect(await refusal(environment, volumeOf(other))).toEqual({ "source.volumeName": itIs(other) });
    for (const own of [databaseOf(environment), volumeOf(environment)])
      expect(await refusal(environment, own)).toBeNull();
  }
});

it("nor by another name for the same: a service of its stack, a folder below its own", async () => {
  const borrowed = { ...databaseOf("staging"), swarmService: `${service.name}-production_db` } as BackupSource;
  expect(await refusal("staging", borrowed)).toEqual({ "source.swarmService": itIs("production") });
  const path = `${config().SERVICES_ROOT.replace(/\/+$/, "")}/./${service.name}//uploads`;
  expect(await refusal("staging", { kind: "files", path, exclude: [] })).toEqual({ "source.path": itIs("production") });
});
