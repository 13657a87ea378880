import { rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { useTestDatabase } from "#lib/access/testing/use-test-database.ts";
import { pinImage } from "#lib/integrations/docker/images.ts";
import { findService } from "#lib/integrations/docker/services.ts";
import { listSecrets, removeSecret } from "#lib/integrations/docker/swarm.ts";
import { config, overrideConfig } from "#lib/platform/config/config.ts";
import { db } from "#lib/platform/db/client.ts";
import { servicesFolder } from "#lib/services/steps/folder.ts";
import { type Actors, createActors } from "#lib/services/testing/actors.ts";
import { createTestContext } from "#lib/steps/testing/context.ts";
import type { AnyStep } from "#lib/steps/types.ts";
import { LABELS } from "#lib/swarm/names.ts";
import { removeStack } from "#lib/swarm/remove-stack.ts";
import { stackInputSchema } from "#lib/swarm/schema.ts";
import { swarmSecret } from "#lib/swarm/steps/secret.ts";
import { swarmStack } from "#lib/swarm/steps/stack.ts";
import { addEnvironment, planEnvironment } from "./commands/add-environment.ts";
import { findEnvironment, readRunning } from "./queries/find-environment.ts";
import { listEnvironments } from "./queries/list-environments.ts";
import { createLiveService, endRun } from "./testing/live-service.ts";

useTestDatabase("staging-stack");
let people: Actors;
beforeAll(async () => {
  people = await createActors();
  overrideConfig({ SWARM_CONVERGE_TIMEOUT_S: 110, SWARM_PUBLISH_MODE: "host" });
});

const STEPS: Readonly<Record<string, AnyStep>> = {
  "swarm.secret": swarmSecret,
  "services.folder": servicesFolder,
  "swarm.stack": swarmStack,
};
const signal = () => AbortSignal.timeout(60_000);

test("staging's own stack runs on the swarm with what production runs, beside it in everything", async ({
  onTestFinished,
}) => {
  const image = await pinImage("127.0.0.1:5000/pad-notes:1.0", signal());
  const { id, name } = await createLiveService(people.owner, {
    image,
    answers: {
      placement: { memoryMb: 64 },
      data: { filesFolder: true },
      secrets: { others: [{ name: "api_key", purpose: "", source: "generate" }] },
      exposure: { audience: "internal" },
    },
  });
  const asked = { name: "staging", replicas: 1, secrets: {} };
  const { planHash } = await planEnvironment(people.owner, name, asked);
  const { runId } = await addEnvironment(people.owner, name, { ...asked, planHash });
  const t = createTestContext({ service: { id, name }, environment: "staging" });
  const steps = await db().step.findMany({ where: { runId, state: { not: "skipped" } }, orderBy: { position: "asc" } });
  const input = stackInputSchema.parse(steps.find((step) => step.key === "stack")?.input);
  onTestFinished(async () => {
    await removeStack([...t.ledger.values()], input, t.next().ctx);
    for (const secret of await listSecrets([`${LABELS.service}=${name}`], signal()))
      await removeSecret(secret.ID, signal());
    rmSync(join(config().SERVICES_ROOT, `${name}-staging`), { recursive: true, force: true });
  }, 60_000);

  for (const step of steps) {
    const definition = STEPS[step.name];
    if (!definition) continue;
    const output = await definition.apply(definition.input.parse(step.input), t.ctx);
    await db().step.update({ where: { id: step.id }, data: { output: output as object } });
  }
  const app = await findService(`${name}-staging_app`, signal());
  const container = app?.Spec.TaskTemplate.ContainerSpec as {
    Image: string;
    Mounts: { Source: string }[];
    Secrets: { SecretName: string; File: { Name: string } }[];
  };
  expect(container.Image).toBe(image);
  expect(container.Mounts.map((mount) => mount.Source)).toEqual([join(config().SERVICES_ROOT, `${name}-staging`)]);
  expect(container.Secrets).toMatchObject([
    { SecretName: `services.${name}.staging.api_key`, File: { Name: "api_key" } },
  ]);

  await endRun(runId, "succeeded");
  expect((await listEnvironments(people.owner, name)).environments[1]).toMatchObject({
    name: "staging",
    state: "running",
  });
  const environment = await findEnvironment(name, "staging");
  expect((await readRunning(db(), environment))?.content).toMatchObject({
    images: { app: image },
    secrets: { api_key: 1 },
  });
});
