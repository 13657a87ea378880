import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { createPeople } from "#lib/access/testing/people.ts";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { db } from "#lib/platform/db/client.ts";
import { createLiveService, releaseVolume } from "#lib/releases/testing/live-service.ts";
import { suggestSources } from "./suggest-sources.ts";

useTestDatabase("suggestions");

it("each environment's own data is suggested for it, never production's for another", async () => {
  const { owner } = await createPeople();
  const { id, name } = await createLiveService(owner.actor, { answers: { data: { database: "mariadb" } } });
  await db().environment.create({
    data: { id: randomUUID(), serviceId: id, name: "beta", stackName: `${name}-beta` },
  });
  const suggested = await suggestSources(owner.actor, name);
  expect(suggested.map((place) => place.environment)).toEqual(["production", "beta"]);
  for (const { environment, sources } of suggested)
    expect(sources).toMatchObject([
      {
        name: "database",
        source: { stackName: `${name}-${environment}`, swarmService: `${name}-${environment}_db` },
      },
    ]);
});

it("volumes that a release brought are suggested where they are, beside those that were answered", async () => {
  const { owner } = await createPeople();
  const volumes = [{ name: "spool", target: "/spool", readOnly: false }];
  const { id, name } = await createLiveService(owner.actor, { answers: { placement: { volumes } } });
  await db().environment.create({
    data: { id: randomUUID(), serviceId: id, name: "beta", stackName: `${name}-beta` },
  });
  await releaseVolume(name, "cache");
  const volumesOf = async (environment: string) =>
    (await suggestSources(owner.actor, name))
      .filter((place) => place.environment === environment)
      .flatMap(({ sources }) => sources.map((one) => [one.name, "volumeName" in one.source && one.source.volumeName]));
  expect(await volumesOf("production")).toEqual([
    ["volume-spool", `${name}-production_spool`],
    ["volume-cache", `${name}-production_cache`],
  ]);
  expect(await volumesOf("beta")).toEqual([["volume-spool", `${name}-beta_spool`]]);
});
