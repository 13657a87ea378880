import { hostnamesOf } from "#lib/checklists/hostnames.ts";
import { readRepositoryPlace } from "#lib/checklists/repository.ts";
import type { ProvisionContext, ServicePort } from "#lib/checklists/types.ts";
import { config } from "#lib/platform/config/config.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { findPlace } from "#lib/runs/queries/find-place.ts";
import { DATABASE_ENGINES, GUARDED_PORTS } from "../constants.ts";
import { DATABASE_IMAGE_SETTINGS, ENVIRONMENT, nameEverything } from "../naming.ts";
import type { Answers } from "../schema/answers.ts";

/** Something only one service may have. */
export interface Claim {
  kind: "name" | "folder" | "hostname" | "port";
  value: string;
}

export const portClaim = (published: number, protocol: string): Claim => ({
  kind: "port",
  value: `${published}/${protocol}`,
});

const describePort = (one: Answers["placement"]["ports"][number], published: number | null): ServicePort => ({
  container: one.container,
  protocol: one.protocol,
  purpose: one.purpose,
  published,
  guarded: published === null ? null : (GUARDED_PORTS[one.container] ?? GUARDED_PORTS[published] ?? null),
});

/**
 * Numbers for the ports that may have any. The search begins at a place of the draft's own, so that two people who plan
 * at the same time seldom meet, and finds the same numbers again while they are free.
 */
function choosePorts(answers: Answers, draftId: string, taken: ReadonlySet<string>): ServicePort[] {
  const { PUBLISHED_PORT_MIN: first, PUBLISHED_PORT_MAX: last } = config();
  const count = last - first + 1;
  const used = new Set(taken);
  for (const one of answers.placement.ports)
    if (one.publish === "fixed" && one.published !== null) used.add(portClaim(one.published, one.protocol).value);
  let at = Buffer.from(sha256(draftId)).readUInt32BE(0) % count;
  const nextFree = (protocol: string): number => {
    for (let tries = 0; tries < count; tries++, at = (at + 1) % count) {
      const { value } = portClaim(first + at, protocol);
      if (used.has(value)) continue;
      used.add(value);
      return first + at;
    }
    throw conflict(
      "ports.exhausted",
      `No ${protocol} port between ${first} and ${last} is free.`,
      "Widen the range in the settings.",
    );
  };
  return answers.placement.ports.map((one) => {
    if (one.publish === "internal") return describePort(one, null);
    return describePort(one, one.publish === "fixed" ? one.published : nextFree(one.protocol));
  });
}

/** What the checklist needs that the answers do not say, but for the swarm's nodes, which whoever has a transaction reads. */
export function buildContext(
  answers: Answers,
  serviceId: string,
  ports: readonly ServicePort[],
  environment: string = ENVIRONMENT,
): ProvisionContext {
  const settings = config();
  const places = { rootDomain: settings.ROOT_DOMAIN, servicesRoot: settings.SERVICES_ROOT };
  return {
    answers,
    names: nameEverything(answers.identity.name, places, environment),
    serviceId,
    ingressIpv4: settings.INGRESS_IPV4,
    ingress: { kind: settings.INGRESS_KIND, upstreamHost: settings.INGRESS_UPSTREAM_HOST || settings.INGRESS_IPV4 },
    databaseImages: Object.fromEntries(
      DATABASE_ENGINES.map((engine) => [engine, settings[DATABASE_IMAGE_SETTINGS[engine]]]),
    ) as ProvisionContext["databaseImages"],
    ports,
    packsFolders: settings.BACKUP_HELPER_IMAGE !== "",
    hasOneNode: false,
    bitwarden: settings.BITWARDEN_ACCESS_TOKEN !== "",
    watchers: [
      ...(settings.UPTIME_KUMA_URL ? (["uptime-kuma"] as const) : []),
      ...(settings.HEALTHCHECKS_API_URL ? (["healthchecks"] as const) : []),
    ],
    repository: readRepositoryPlace(),
  };
}

/** Ports of another environment than production: none has a fixed number, for production has that. */
export async function readFreePorts(tx: Tx, answers: Answers, seed: string): Promise<ServicePort[]> {
  const claims = await tx.serviceClaim.findMany({ where: { kind: "port" }, select: { value: true } });
  const ports = answers.placement.ports.map((one) =>
    one.publish === "fixed" ? { ...one, publish: "automatic" as const, published: null } : one,
  );
  const asked = { ...answers, placement: { ...answers.placement, ports } };
  return choosePorts(asked, seed, new Set(claims.map((claim) => claim.value)));
}

/** One that is down or drained counts: tasks may be given to it later, and it may be the very one that backups are read on. */
const readHasOneNode = async (tx: Tx) => (await tx.swarmNode.count()) === 1;

/** For a preview: what is published automatically has no number yet. */
export async function readPreviewContext(tx: Tx, answers: Answers, serviceId: string): Promise<ProvisionContext> {
  const ports = answers.placement.ports.map((one) =>
    describePort(one, one.publish === "internal" ? null : (one.published ?? 0)),
  );
  return { ...buildContext(answers, serviceId, ports), hasOneNode: await readHasOneNode(tx) };
}

/** A UUID that is always the same for the same text. */
function deriveId(text: string): string {
  const hex = Buffer.from(sha256(text)).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Which service the answers are for, known before it exists so that the plan and the run agree. A retired service of
 * that name comes back with its history; a draft whose own service was retired may begin another under another name.
 */
async function chooseServiceId(tx: Tx, name: string, draft: { id: string; serviceId: string | null }): Promise<string> {
  const known = await tx.service.findMany({
    where: { OR: [{ name }, { id: draft.serviceId ?? draft.id }] },
    select: { id: true, name: true, state: true },
  });
  const own = known.find((service) => service.id === draft.serviceId);
  if (own && (own.state !== "retired" || own.name === name)) return own.id;
  const namesake = known.find((service) => service.name === name);
  if (namesake?.state === "retired") return namesake.id;
  return known.some((service) => service.id === draft.id) || own ? deriveId(`${draft.id}:${name}`) : draft.id;
}

/** The context of a plan or a run: ports chosen among those that no other service has. */
export async function readContext(
  tx: Tx,
  answers: Answers,
  draft: { id: string; serviceId: string | null },
): Promise<ProvisionContext> {
  const [claims, serviceId] = await Promise.all([
    tx.serviceClaim.findMany({ where: { kind: "port" }, select: { value: true, serviceId: true } }),
    chooseServiceId(tx, answers.identity.name, draft),
  ]);
  const taken = new Set(claims.filter((claim) => claim.serviceId !== serviceId).map((claim) => claim.value));
  const context = buildContext(answers, serviceId, choosePorts(answers, draft.id, taken));
  return atItsPlace(tx, { ...context, hasOneNode: await readHasOneNode(tx) });
}

/** A service that was moved to another host is reached there, whatever the settings say of the others. */
async function atItsPlace(tx: Tx, context: ProvisionContext): Promise<ProvisionContext> {
  const place = await findPlace(tx, context.serviceId, context.names.environment);
  if (!place) return context;
  const ingress = { ...context.ingress, upstreamHost: place.upstreamHost };
  return { ...context, ingress, ingressIpv4: place.ipv4 ?? context.ingressIpv4 };
}

/** Everything the service will have for itself alone. */
export function claimsOf(context: ProvisionContext): Claim[] {
  const { answers, names, ports } = context;
  return [
    { kind: "name", value: names.serviceName },
    ...(answers.data.filesFolder ? [{ kind: "folder" as const, value: names.folder }] : []),
    ...hostnamesOf(context).map((value) => ({ kind: "hostname" as const, value })),
    ...ports.flatMap((one) => (one.published === null ? [] : [portClaim(one.published, one.protocol)])),
  ];
}
