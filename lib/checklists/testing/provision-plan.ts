import { nameEverything } from "#lib/services/naming.ts";
import { type Answers, answersSchema, type DraftAnswers, fillAnswers } from "#lib/services/schema/answers.ts";
import { compileChecklist } from "../compile.ts";
import { PROVISION } from "../provision.ts";
import type { ProvisionContext } from "../types.ts";

const OWNER = "00000000-0000-4000-8000-000000000001";
export const SERVICE = "00000000-0000-4000-8000-000000000002";
const NAMING = { rootDomain: "example.org", servicesRoot: "/srv" };

export const CADDY: ProvisionContext["ingress"] = { kind: "caddy", upstreamHost: "203.0.113.10" };
export const NO_INGRESS: ProvisionContext["ingress"] = { ...CADDY, kind: "none" };

/** What a provisioning is compiled from, with these answers over the defaults. */
export function contextOf(draft: DraftAnswers, ingress = CADDY, packsFolders = true): ProvisionContext {
  const identity = { name: "pad-notes", purpose: "Shared notes", ownerId: OWNER, ...draft.identity };
  const filled = fillAnswers({ ...draft, identity, placement: { image: "demo/web:1", ...draft.placement } });
  const answers: Answers = answersSchema.parse(filled);
  return {
    answers,
    names: nameEverything(answers.identity.name, NAMING),
    serviceId: SERVICE,
    ingressIpv4: "203.0.113.10",
    ingress,
    bitwarden: true,
    packsFolders,
    hasOneNode: true,
    watchers: ["healthchecks"],
    repository: null,
    databaseImages: { mariadb: "mariadb:11.4", mysql: "mysql:8.4", postgresql: "postgres:17" },
    ports: answers.placement.ports.map((one, index) => ({
      container: one.container,
      protocol: one.protocol,
      purpose: one.purpose,
      published: one.publish === "internal" ? null : (one.published ?? 20_000 + index),
      guarded: null,
    })),
  };
}

export const compile = (draft: DraftAnswers) => compileChecklist(PROVISION, contextOf(draft));
/** Keys of what is not skipped. */
export const done = (draft: DraftAnswers) =>
  compile(draft)
    .filter((step) => !step.skipReason)
    .map((step) => step.key);
