import type { AddEnvironmentContext } from "#lib/checklists/add-environment.ts";
import { configOf } from "#lib/checklists/stack-input.ts";
import type { ServicePort } from "#lib/checklists/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { secretFullName } from "#lib/services/naming.ts";
import { buildContext, type Claim, portClaim, readFreePorts } from "#lib/services/queries/provision-context.ts";
import { type Answers, answersSchema } from "#lib/services/schema/answers.ts";
import type { NewEnvironment } from "../schema/environment.ts";
import { type FoundService, findEnvironment, readConfig, readRunning } from "./find-environment.ts";

async function readAnswers(tx: Tx, serviceId: string): Promise<Answers> {
  const last = await tx.answers.findFirst({ where: { serviceId }, orderBy: { version: "desc" } });
  const answers = answersSchema.safeParse(last?.answers);
  if (answers.success) return answers.data;
  throw conflict(
    "environments.no_answers",
    "This service's answers are of an older version of the questions.",
    "Go through its answers and run its provisioning again first.",
  );
}

/** Ports as the environment has them already, or free numbers. */
async function readPorts(tx: Tx, answers: Answers, serviceId: string, name: string): Promise<ServicePort[]> {
  const present = await tx.environment.findUnique({ where: { serviceId_name: { serviceId, name } } });
  const settings = present && (await readConfig(tx, present.id));
  const free = await readFreePorts(tx, answers, `${serviceId}:${name}`);
  if (!settings) return free;
  const held = new Set(
    (await tx.serviceClaim.findMany({ where: { kind: "port", serviceId } })).map((claim) => claim.value),
  );
  return free.map((port) => {
    const had = settings.content.ports.find((one) => one.target === port.container && one.protocol === port.protocol);
    const isOwn = had?.published != null && held.has(portClaim(had.published, had.protocol).value);
    return isOwn ? { ...port, published: had.published } : port;
  });
}

/** What adding the environment is compiled from. It begins with what runs in production. */
export async function readEnvironmentContext(
  tx: Tx,
  service: FoundService,
  wanted: NewEnvironment,
): Promise<AddEnvironmentContext> {
  const answers = await readAnswers(tx, service.id);
  if (answers.placement.method !== "swarm")
    throw conflict("environments.by_hand", "This service is deployed by hand; the panel can add nothing to it.");
  const production = await findEnvironment(service.name, "production", tx);
  const running = await readRunning(tx, production);
  if (!running)
    throw conflict(
      "environments.nothing_runs",
      "Nothing that the panel knows of runs in production, so there is nothing to begin with.",
      "Finish its provisioning first.",
    );
  const ports = await readPorts(tx, answers, service.id, wanted.name);
  const context = buildContext(answers, service.id, ports, wanted.name);
  const settings = configOf(context);
  return {
    ...context,
    settings: { ...settings, replicas: wanted.replicas ?? running.content.replicas },
    images: running.content.images,
  };
}

/** Secrets that a person has to give: those of production are never copied. */
export async function listSecretsToGive(
  tx: Tx,
  { answers, names }: Pick<AddEnvironmentContext, "answers" | "names">,
): Promise<string[]> {
  const wanted = answers.secrets.others.filter(({ source }) => source === "stored").map(({ name }) => name);
  const fullName = (name: string) => secretFullName(names.serviceName, name, names.environment);
  const present = await tx.secret.findMany({
    where: { name: { in: wanted.map(fullName) }, deletedAt: null },
    select: { name: true },
  });
  const given = new Set(present.map(({ name }) => name));
  return wanted.filter((name) => !given.has(fullName(name)));
}

/** What the environment will have for itself alone. */
export const claimsOfEnvironment = ({ answers, names, settings }: AddEnvironmentContext): Claim[] => [
  ...(answers.data.filesFolder ? [{ kind: "folder" as const, value: names.folder }] : []),
  ...settings.hostnames.map((value) => ({ kind: "hostname" as const, value })),
  ...settings.ports.flatMap((one) => (one.published === null ? [] : [portClaim(one.published, one.protocol)])),
];
