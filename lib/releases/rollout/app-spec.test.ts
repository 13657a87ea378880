import { afterAll, beforeAll, expect, test } from "vitest";
import type { ServiceSpec } from "#lib/integrations/docker/services.ts";
import { overrideConfig } from "#lib/platform/config/config.ts";
import { applyTestEnv } from "#local/test-world.ts";
import { withoutCertificates, withoutRollback, withPatience } from "./app-spec.ts";

const SECOND = 1_000_000_000;
const spec = (order: string, Healthcheck?: object): ServiceSpec =>
  ({
    ...{ Name: "pad_app", Labels: {} },
    TaskTemplate: { ContainerSpec: { Image: "pad", ...(Healthcheck ? { Healthcheck } : {}) } },
    UpdateConfig: { Parallelism: 1, Order: order, FailureAction: "rollback" },
  }) as unknown as ServiceSpec;
const healthOf = ({ TaskTemplate }: ServiceSpec) =>
  (TaskTemplate as { ContainerSpec: { Healthcheck?: object } }).ContainerSpec.Healthcheck;

beforeAll(() => {
  applyTestEnv();
  overrideConfig({ SWARM_CONVERGE_TIMEOUT_S: 300 });
});
afterAll(() => overrideConfig(undefined));

test("where the new task starts first, Docker gives up on none of them before the panel does", () => {
  const patient = healthOf(
    withPatience(spec("start-first", { Test: ["CMD", "true"], Retries: 2, StartPeriod: SECOND })),
  );
  expect(patient).toEqual({ Test: ["CMD", "true"], Retries: 2, StartPeriod: 420 * SECOND });
  // The image's own test, with the panel's patience.
  expect(healthOf(withPatience(spec("start-first")))).toEqual({ StartPeriod: 420 * SECOND });
  expect(healthOf(withPatience(spec("start-first", { StartPeriod: 900 * SECOND })))).toEqual({
    StartPeriod: 900 * SECOND,
  });
  // There is no old task to keep.
  expect(withPatience(spec("stop-first"))).toEqual(spec("stop-first"));
});

test("after what cannot be taken back Swarm does not roll back by itself", () => {
  expect(withoutRollback(spec("start-first")).UpdateConfig).toMatchObject({
    FailureAction: "pause",
    Order: "start-first",
  });
});

test("what is put back has its certificates once: they are added by whoever writes the spec", () => {
  const own = { SecretName: "services.pad.key" };
  const certificate = { SecretName: "certificates.11111111-2222-4333-8444-555555555555.crt" };
  const present = spec("start-first");
  const withSecrets = {
    ...present,
    TaskTemplate: { ContainerSpec: { Image: "pad", Secrets: [own, certificate] } },
  } as unknown as ServiceSpec;
  expect(withoutCertificates(withSecrets).TaskTemplate).toMatchObject({ ContainerSpec: { Secrets: [own] } });
  expect(withoutCertificates(present)).toEqual(present);
});
