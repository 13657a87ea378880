import { describe, expect, test } from "vitest";
import { policyStepInputSchema } from "#lib/backups/schema/steps.ts";
import { CertificateInput } from "#lib/certificates/steps/issue-input.ts";
import { DnsRecordInput } from "#lib/dns/steps/record-input.ts";
import { routeInputSchema } from "#lib/ingress/schema.ts";
import { surveyInput } from "#lib/readiness/schema/steps.ts";
import { nameEverything } from "#lib/services/naming.ts";
import { answersSchema, type DraftAnswers, fillAnswers } from "#lib/services/schema/answers.ts";
import { folderInputSchema } from "#lib/services/steps/folder.ts";
import { secretInputSchema, stackInputSchema } from "#lib/swarm/schema.ts";
import { ADD_ENVIRONMENT, type AddEnvironmentContext } from "./add-environment.ts";
import { compileChecklist } from "./compile.ts";
import { configOf } from "./stack-input.ts";
import type { ProvisionContext } from "./types.ts";

const IMAGES = { app: `demo/web:1@sha256:${"a".repeat(64)}`, db: `demo/db:11@sha256:${"d".repeat(64)}` };
const CADDY: ProvisionContext["ingress"] = { kind: "caddy", upstreamHost: "203.0.113.10" };

function contextOf(draft: DraftAnswers): AddEnvironmentContext {
  const identity = { name: "pad-notes", purpose: "Shared notes", ownerId: "00000000-0000-4000-8000-000000000001" };
  const placement = { image: "demo/web:1", ...draft.placement };
  const answers = answersSchema.parse(fillAnswers({ ...draft, identity, placement }));
  const context: ProvisionContext = {
    answers,
    names: nameEverything("pad-notes", { rootDomain: "example.org", servicesRoot: "/srv" }, "staging"),
    serviceId: "00000000-0000-4000-8000-000000000002",
    ingressIpv4: "203.0.113.10",
    ingress: CADDY,
    databaseImages: { mariadb: "mariadb:11.4", mysql: "mysql:8.4", postgresql: "postgres:17" },
    ports: answers.placement.ports.map((one, index) => ({
      ...{ container: one.container, protocol: one.protocol, purpose: one.purpose, guarded: null },
      published: one.publish === "internal" ? null : 20_000 + index,
    })),
    packsFolders: true,
    hasOneNode: true,
    bitwarden: false,
    watchers: [],
    repository: null,
  };
  return { ...context, settings: { ...configOf(context), replicas: 1 }, images: IMAGES };
}

const compile = (draft: DraftAnswers) =>
  compileChecklist(ADD_ENVIRONMENT, contextOf(draft)).filter((step) => step.skipReason === undefined);

const INPUTS: Record<string, { parse(input: unknown): unknown }> = {
  "backups.policy": policyStepInputSchema,
  "certificates.issue": CertificateInput,
  "dns.record": DnsRecordInput,
  "ingress.route": routeInputSchema,
  "readiness.survey": surveyInput,
  "services.folder": folderInputSchema,
  "swarm.secret": secretInputSchema,
  "swarm.stack": stackInputSchema,
};

const WHOLE: DraftAnswers = {
  data: { database: "mariadb", filesFolder: true },
  secrets: { others: [{ name: "api_key", purpose: "", source: "generate" }] },
  exposure: { extraHostnames: ["notes.example.org"] },
};

describe("another environment", () => {
  test("has everything of its own, and each step takes the input it is given", () => {
    const steps = compile(WHOLE);
    for (const step of steps) INPUTS[step.name]?.parse(step.input);
    expect(steps.map(({ key }) => key)).toEqual([
      ...["database-secret.db_pass", "database-secret.db_root_pass", "secret.api_key", "folder", "stack"],
      ...["ports", "record.1", "certificate", "route", "policy.database", "policy.files"],
    ]);
    expect(new Set(steps.map(({ name }) => name))).toEqual(new Set(Object.keys(INPUTS)));
  });

  test("has one host name, and none of production's", () => {
    const text = JSON.stringify(compile(WHOLE));
    expect(text).toContain('"staging.pad-notes.example.org"');
    for (const name of ["pad-notes.example.org", "direct.pad-notes.example.org", "notes.example.org"])
      expect(text).not.toContain(`"${name}"`);
  });

  test("begins with the digests that run elsewhere, whatever the tags mean by now", () => {
    const stack = stackInputSchema.parse(compile(WHOLE).find(({ key }) => key === "stack")?.input);
    expect(stack).toMatchObject({
      ...{ appImagePinned: IMAGES.app, databaseImagePinned: IMAGES.db },
      app: { image: "demo/web:1", replicas: 1, secrets: [{ fileName: "db_pass" }, { fileName: "api_key" }] },
      database: { image: "demo/db:11" },
    });
  });

  test("without a database, a folder or the public is its stack, and that it listens as declared", () => {
    expect(compile({ exposure: { audience: "internal" } }).map(({ key }) => key)).toEqual(["stack", "ports"]);
  });
});
