import { hostnamesOf } from "#lib/checklists/hostnames.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { GUARDED_PORTS, RESERVED_NAMES } from "../constants.ts";
import { nameEverything } from "../naming.ts";
import type { Answers } from "../schema/answers.ts";
import { parseImageReference } from "../schema/image-reference.ts";
import { type Claim, portClaim } from "./provision-context.ts";
import { type Draft, listSecretsSet } from "./read-draft.ts";

/** Sentences by the path of the answer they are about. */
export interface Findings {
  fields: Record<string, string>;
  warnings: Record<string, string>;
}

const SECRET_LOOKING = /pass(word|wd)?|secret|token|api_?key|private_?key|credential/i;

/** What the answers claim, with the field each claim comes from. */
function listClaims(answers: Answers): (Claim & { path: string })[] {
  const settings = config();
  const names = nameEverything(answers.identity.name, {
    rootDomain: settings.ROOT_DOMAIN,
    servicesRoot: settings.SERVICES_ROOT,
  });
  const { extraHostnames } = answers.exposure;
  return [
    ...(answers.data.filesFolder ? [{ kind: "folder" as const, value: names.folder, path: "data.filesFolder" }] : []),
    ...hostnamesOf({ answers, names }).map((value) => {
      const extra = extraHostnames.indexOf(value);
      const own = value === names.hostname ? "exposure.defaultHostname" : "exposure.directHostname";
      return { kind: "hostname" as const, value, path: extra >= 0 ? `exposure.extraHostnames.${extra}` : own };
    }),
    ...answers.placement.ports.flatMap((one, index) =>
      one.publish === "fixed" && one.published !== null
        ? [{ ...portClaim(one.published, one.protocol), path: `placement.ports.${index}.published` }]
        : [],
    ),
  ];
}

const CLAIM_WORDS: Record<Claim["kind"], (value: string) => string> = {
  name: (value) => `The name ${value}`,
  folder: (value) => `The folder ${value}`,
  hostname: (value) => value,
  port: (value) => `Port ${value}`,
};

/** `pad` of `x.pad.example.org`: the name in the root domain under which a host name stands. */
const labelUnderRoot = (name: string): string =>
  name
    .slice(0, -config().ROOT_DOMAIN.length - 1)
    .split(".")
    .at(-1) ?? "";

/** By convention a service's name in the root domain, and all below it, is its own, also while it does not use it. */
async function checkNamesakes(tx: Tx, answers: Answers, draft: Draft, { fields }: Findings): Promise<void> {
  const { audience, extraHostnames } = answers.exposure;
  if (audience !== "public" || extraHostnames.length === 0) return;
  const services = await tx.service.findMany({
    where: { name: { in: extraHostnames.map(labelUnderRoot) }, state: { not: "retired" } },
    select: { id: true, name: true },
  });
  const owners = services.filter(({ id, name }) => id !== draft.serviceId && name !== answers.identity.name);
  extraHostnames.forEach((hostname, index) => {
    const owner = owners.find(({ name }) => name === labelUnderRoot(hostname));
    if (owner) fields[`exposure.extraHostnames.${index}`] ??= `${hostname} belongs to ${owner.name}.`;
  });
  const people = await tx.user.findMany({
    where: { username: { in: extraHostnames.map(labelUnderRoot) } },
    select: { username: true },
  });
  extraHostnames.forEach((hostname, index) => {
    if (people.some(({ username }) => username === labelUnderRoot(hostname)))
      fields[`exposure.extraHostnames.${index}`] ??= `${hostname} is among a person's own names.`;
  });
}

/**
 * A name under which somebody's records are kept is theirs: a service that took it would get its certificates too. Removed ones
 * keep theirs for the days of grace.
 */
async function checkRecords(tx: Tx, answers: Answers, draft: Draft, { fields }: Findings): Promise<void> {
  const { name, ownerId } = answers.identity;
  const own = `${name}.${config().ROOT_DOMAIN}`;
  const hosts = listClaims(answers).filter(({ kind }) => kind === "hostname");
  const beginOfGrace = new Date(Date.now() - config().DNS_GRACE_DAYS * 86_400_000);
  const rows = await tx.dnsRecord.findMany({
    where: {
      AND: [
        { OR: [{ name: { in: [own, ...hosts.map(({ value }) => value)] } }, { name: { endsWith: `.${own}` } }] },
        { OR: [{ state: { not: "removed" } }, { removedAt: { gt: beginOfGrace } }] },
        {
          OR: [
            { ownerId: { not: ownerId } },
            { service: { id: { not: draft.serviceId ?? "" }, state: { not: "retired" } } },
          ],
        },
      ],
    },
    select: { name: true, service: { select: { name: true } } },
    take: 50,
  });
  // What an earlier draft of the same service has made counts as its own.
  for (const row of rows.filter(({ service }) => service?.name !== name)) {
    const path = hosts.find(({ value }) => value === row.name)?.path ?? "identity.name";
    fields[path] ??= `${row.name} belongs to ${row.service?.name ?? "somebody who has a record there"}.`;
  }
}

/**
 * Whoever has a host name may have records and certificates there too, so a name where others have something in Route 53 is
 * not given away by a wizard. As the last full pass saw it.
 */
async function checkForeign(tx: Tx, answers: Answers, { fields }: Findings): Promise<void> {
  const hosts = listClaims(answers).filter(({ kind }) => kind === "hostname");
  if (hosts.length === 0) return;
  const sets = await tx.dnsForeignRecord.findMany({
    where: { name: { in: hosts.map(({ value }) => value) }, type: { notIn: ["SOA"] } },
    select: { name: true, type: true },
    take: 200,
  });
  for (const { path, value } of hosts) {
    const types = [...new Set(sets.filter(({ name }) => name === value).map(({ type }) => type))].sort();
    if (types.length > 0)
      fields[path] ??=
        `Somebody else has a record at ${value} in Route 53 (${types.join(", ")}). An administrator can adopt it.`;
  }
}

/** What can be seen from the answers alone. */
function warnFromAnswers(answers: Answers, { fields, warnings }: Findings): void {
  const { placement, exposure } = answers;
  const root = config().ROOT_DOMAIN;
  if (exposure.audience === "public")
    exposure.extraHostnames.forEach((name, index) => {
      const field = `exposure.extraHostnames.${index}`;
      if (name !== root && !name.endsWith(`.${root}`))
        fields[field] = `${name} is not under ${root}, the one zone the panel manages.`;
      else if (name === root)
        fields[field] = `${name} is the domain itself. An administrator can point it at the service, under Domains.`;
      else if (name === new URL(config().APP_URL).hostname) fields[field] = `${name} is the panel's own name.`;
      else if ((RESERVED_NAMES as readonly string[]).includes(labelUnderRoot(name)))
        warnings[field] = `${name} usually means something else in a domain. Make sure that nobody has it.`;
    });
  if (placement.method === "nixos") return;
  placement.ports.forEach((one, index) => {
    const what = GUARDED_PORTS[one.container] ?? (one.published === null ? undefined : GUARDED_PORTS[one.published]);
    if (what && one.publish !== "internal")
      warnings[`placement.ports.${index}.container`] =
        `This is the port of ${what}, which trusts whoever reaches it. Do not publish it, or keep it behind the firewall.`;
  });
  placement.env.forEach((one, index) => {
    if (SECRET_LOOKING.test(one.name) && !one.name.endsWith("_FILE") && one.value !== "")
      warnings[`placement.env.${index}.name`] =
        "This looks like a secret. Anybody who may see the service sees it here: put it under Secrets.";
  });
  const image = parseImageReference(placement.image);
  if (image.ok && image.image.tag === null && image.image.digest === null)
    warnings["placement.image"] = "Without a tag this means latest, which is another image tomorrow. Name a version.";
}

async function checkName(tx: Tx, answers: Answers, draft: Draft, { fields, warnings }: Findings): Promise<void> {
  const { name, dependsOn } = answers.identity;
  const [services, drafts, namesakePerson] = await Promise.all([
    tx.service.findMany({
      where: { OR: [{ name: { in: [name, ...dependsOn.map((one) => one.service)] } }, { id: draft.serviceId ?? "" }] },
      select: { id: true, name: true, state: true, owner: { select: { displayName: true } } },
    }),
    tx.serviceDraft.findMany({
      where: { id: { not: draft.id }, serviceId: null, answers: { path: "$.identity.name", equals: name } },
      select: { owner: { select: { displayName: true } } },
      take: 1,
    }),
    tx.user.findUnique({ where: { username: name }, select: { displayName: true } }),
  ]);
  const byName = new Map(services.map((service) => [service.name, service]));
  const own = services.find((service) => service.id === draft.serviceId);
  const namesake = byName.get(name);
  if (own && own.state !== "retired" && own.name !== name)
    fields["identity.name"] = `Provisioning has begun as ${own.name}: the name cannot change any more.`;
  else if (namesake && namesake.id !== draft.serviceId) {
    if (namesake.state === "retired")
      warnings["identity.name"] = "A retired service had this name. Its history goes on under it.";
    else
      fields["identity.name"] = `${name} is taken by a service of ${namesake.owner.displayName} (${namesake.state}).`;
  } else if (drafts[0])
    warnings["identity.name"] = `${drafts[0].owner.displayName} is drafting a service of this name too.`;
  if (namesakePerson && own?.name !== name)
    fields["identity.name"] ??=
      `${name} is the user name of ${namesakePerson.displayName}, whose own names end with it.`;
  dependsOn.forEach((one, index) => {
    const path = `identity.dependsOn.${index}.service`;
    const state = byName.get(one.service)?.state;
    if (state === undefined) fields[path] = `There is no service ${one.service}.`;
    else if (state === "retired") fields[path] = `${one.service} is retired: nothing can depend on it.`;
    else if (state === "decommissioning")
      fields[path] = `${one.service} is being taken down: nothing can depend on it.`;
    else if (state !== "live") warnings[path] = `${one.service} is not live yet (${state}).`;
  });
}

async function checkClaims(tx: Tx, answers: Answers, draft: Draft, { fields }: Findings): Promise<void> {
  const wanted = listClaims(answers);
  if (wanted.length === 0) return;
  const taken = await tx.serviceClaim.findMany({
    where: { OR: wanted.map(({ kind, value }) => ({ kind, value })) },
  });
  const foreign = taken.filter((claim) => claim.serviceId !== draft.serviceId);
  if (foreign.length === 0) return;
  const holders = await tx.service.findMany({
    where: { id: { in: foreign.flatMap((claim) => claim.serviceId ?? []) } },
    select: { id: true, name: true },
  });
  const nameOf = new Map(holders.map((service) => [service.id, service.name]));
  for (const claim of foreign) {
    const mine = wanted.find((one) => one.kind === claim.kind && one.value === claim.value);
    if (!mine) continue;
    const holder = (claim.serviceId && nameOf.get(claim.serviceId)) || "another service";
    fields[mine.path] = `${CLAIM_WORDS[mine.kind](claim.value)} belongs to ${holder}.`;
  }
}

async function checkPlace(tx: Tx, answers: Answers, { warnings }: Findings): Promise<void> {
  const { method, nodeRule, nodeLabel, nodeHostname } = answers.placement;
  if (method === "nixos" || nodeRule === "any") return;
  const nodes = await tx.swarmNode.findMany({ select: { hostname: true, labels: true } });
  if (nodes.length === 0) return;
  if (nodeRule === "hostname" && !nodes.some((node) => node.hostname === nodeHostname))
    warnings["placement.nodeHostname"] = `The swarm has no node ${nodeHostname} at present.`;
  const [key = "", value = ""] = nodeLabel.split("=");
  if (nodeRule === "label" && !nodes.some((node) => (node.labels as Record<string, unknown>)[key] === value))
    warnings["placement.nodeLabel"] = `No node of the swarm carries ${nodeLabel} at present.`;
}

async function checkOwner(tx: Tx, answers: Answers, { fields }: Findings): Promise<void> {
  const owner = await tx.user.findUnique({
    where: { id: answers.identity.ownerId },
    select: { disabledAt: true },
  });
  if (!owner) fields["identity.ownerId"] = "Nobody with this account has signed in yet. Choose somebody else.";
  else if (owner.disabledAt) fields["identity.ownerId"] = "This person may not sign in any more. Choose somebody else.";
}

async function checkSecrets(tx: Tx, answers: Answers, draft: Draft, { fields }: Findings): Promise<void> {
  const given = answers.secrets.others.some((one) => one.source === "stored") ? await listSecretsSet(tx, draft) : [];
  answers.secrets.others.forEach((one, index) => {
    if (one.source === "stored" && !given.includes(one.name))
      fields[`secrets.others.${index}.source`] = `Give the value of ${one.name}, or let the panel generate one.`;
  });
}

/** What stands between these answers and what exists already. Asked on every keystroke: a handful of indexed reads. */
export async function findConflicts(tx: Tx, answers: Answers, draft: Draft): Promise<Findings> {
  const findings: Findings = { fields: {}, warnings: {} };
  warnFromAnswers(answers, findings);
  await Promise.all([
    checkName(tx, answers, draft, findings),
    checkClaims(tx, answers, draft, findings),
    checkNamesakes(tx, answers, draft, findings),
    checkRecords(tx, answers, draft, findings),
    checkForeign(tx, answers, findings),
    checkPlace(tx, answers, findings),
    checkOwner(tx, answers, findings),
    checkSecrets(tx, answers, draft, findings),
  ]);
  return findings;
}
