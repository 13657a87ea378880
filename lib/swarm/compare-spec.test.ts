import { expect, test } from "vitest";
import { serviceSchema } from "#lib/integrations/docker/schema.ts";
import { fingerprintPresent } from "./compare-spec.ts";
import { LABELS } from "./names.ts";

const service = (change: { labels?: object; container?: object; replicas?: number } = {}) =>
  serviceSchema.parse({
    ...{ ID: "1", Version: { Index: 1 }, UpdatedAt: "2026-11-21T12:00:00Z" },
    Spec: {
      Name: "pad_app",
      Labels: { [LABELS.spec]: "a".repeat(32), [LABELS.step]: "1", ...change.labels },
      TaskTemplate: {
        ContainerSpec: { Image: "pad", Secrets: [{ SecretName: "services.pad.key" }], ...change.container },
      },
      Mode: { Replicated: { Replicas: change.replicas ?? 1 } },
    },
  });

test("a change by hand shows, a renewed certificate and who made it do not", () => {
  const before = fingerprintPresent(service());
  expect(before).toMatch(/^a{32}\.[0-9a-f]{16}$/);
  expect(fingerprintPresent(service({ container: { Env: ["A=1"] } }))).not.toBe(before);
  expect(fingerprintPresent(service({ replicas: 2 }))).not.toBe(before);
  expect(fingerprintPresent(service({ labels: { [LABELS.step]: "2" } }))).toBe(before);
  const certificate = { SecretName: "certificates.11111111-2222-4333-8444-555555555555.crt" };
  const Secrets = [{ SecretName: "services.pad.key" }, certificate];
  expect(fingerprintPresent(service({ container: { Secrets } }))).toBe(before);
  const foreign = service();
  foreign.Spec.Labels = {};
  expect(fingerprintPresent(foreign)).toBeNull();
});
