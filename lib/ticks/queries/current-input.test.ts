import { describe, expect, it } from "vitest";
import type { ReleaseContent } from "#lib/releases/schema/content.ts";
import { type Intent, toCurrentInput } from "./current-input.ts";

const digest = (letter: string) => `registry/pad@sha256:${letter.repeat(64)}`;
const content: ReleaseContent = {
  ...{ images: { app: digest("b"), db: digest("c") }, env: {}, secrets: { db_pass: 3, api_key: 2 }, replicas: 4 },
  ...{ ports: [], mounts: [], healthCheck: null, cpus: null, memoryMb: null, placement: {}, migrations: [] },
};
const intent: Intent = {
  contents: new Map([["production", content]]),
  rotated: new Map([["services.pad.api_key", 5]]),
  records: new Map([["A pad.example.org", { ttl: 60, values: ["203.0.113.9"] }]]),
};
const current = (stepName: string, input: unknown, environment = "production") =>
  toCurrentInput({ stepName, input, environment, serviceName: "pad" }, intent);

describe("what a tick is compared with", () => {
  const stack = { stackName: "pad-production", app: { replicas: 1 }, appImagePinned: digest("a"), database: null };

  it("is the release that runs in the environment, not what was provisioned", () => {
    expect(current("swarm.stack", stack)).toEqual({ ...stack, app: { replicas: 4 }, appImagePinned: digest("b") });
    const withDatabase = { ...stack, database: { engine: "mariadb" }, databaseImagePinned: digest("a") };
    expect(current("swarm.stack", withDatabase)).toMatchObject({ databaseImagePinned: digest("c") });
    expect(current("swarm.stack", stack, "staging")).toEqual(stack);
  });

  it("is the version of a secret that the release froze; one it does not know is the newest", () => {
    const secret = (name: string) => ({ swarmName: `services.pad.${name}`, secretName: `services.pad.${name}` });
    expect(current("swarm.secret", secret("db_pass"))).toMatchObject({ version: 3 });
    // Rotated since: the version of the release is taken away.
    expect(current("swarm.secret", secret("api_key"))).toMatchObject({ version: 5 });
    expect(current("swarm.secret", secret("db_root_pass"))).toEqual(secret("db_root_pass"));
  });

  it("is the record as people last saved it in the panel", () => {
    const record = { name: "pad.example.org", type: "A", values: ["203.0.113.1"], ttl: 300 };
    expect(current("dns.record", record)).toEqual({ ...record, values: ["203.0.113.9"], ttl: 60 });
    expect(current("dns.record", { ...record, name: "other.example.org" })).toMatchObject({ ttl: 300 });
  });

  it("is what the step was given in every other case", () => {
    expect(current("services.folder", { path: "/srv/pad" })).toEqual({ path: "/srv/pad" });
    expect(current("swarm.stack", null)).toBeNull();
  });
});
