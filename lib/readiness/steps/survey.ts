import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext, VerifyResult } from "#lib/steps/types.ts";
import { appServiceName, databaseServiceName } from "#lib/swarm/names.ts";
import { type FoundDocument, storeSurvey } from "../commands/store-survey.ts";
import { type Declared, readDeclared } from "../queries/read-declared.ts";
import { type SurveyInput, surveyInput } from "../schema/steps.ts";
import { comparePorts, describeProblem, type FoundPort } from "../survey/compare-ports.ts";
import { type Inventory, lookAtService, readInventory, readListening, type Seen } from "../survey/look.ts";
import type { Listening } from "../survey/parse-proc-net.ts";

/** Looks at a service's running tasks: what listens, what is installed, what was changed. Says what is not as it was declared. */
export const readinessSurvey = defineStep({
  name: "readiness.survey",
  queue: "provisioning",
  input: surveyInput,
  timeoutMs: 5 * 60_000,
  plan: async ({ stackName }) => ({
    changes: [{ action: "check", kind: "ports", name: stackName, detail: "what listens, beside what was declared" }],
  }),
  apply: applySurvey,
  verify: verifySurvey,
  undo: async () => {},
});

const NAMES = { app: "app", db: "database" } as const;

interface PartSeen {
  part: "app" | "db";
  seen: Seen;
}

const readServiceId = (ctx: StepContext): string => {
  if (ctx.service) return ctx.service.id;
  throw new Error("A survey without a service");
};

async function lookAtParts({ stackName }: SurveyInput, declared: Declared, ctx: StepContext): Promise<PartSeen[]> {
  const parts: PartSeen[] = [];
  for (const [part, name] of [
    ["app", appServiceName(stackName)],
    ["db", databaseServiceName(stackName)],
  ] as const) {
    if (part === "db" && !declared.db) continue;
    const seen = await lookAtService(name, ctx.signal);
    if (seen) parts.push({ part, seen });
  }
  return parts;
}

interface PortsSeen {
  ports: FoundPort[];
  /** What listens could be asked. */
  asked: boolean;
}

async function readPorts({ part, seen }: PartSeen, declared: Declared, ctx: StepContext): Promise<PortsSeen> {
  const listening: Listening[] = [];
  let asked = seen.containerIds.length > 0;
  for (const containerId of seen.containerIds) {
    const heard = await readListening(containerId, ctx.signal);
    listening.push(...(heard ?? []));
    asked &&= heard !== null;
  }
  const isDatabase = part === "db";
  const ports = comparePorts({
    ...{ part, listening, published: seen.published, isDatabase },
    declared: (isDatabase ? declared.db : declared.app) ?? [],
  });
  // Of a task that was not asked nothing is known, but what is published is.
  return { ports: asked ? ports : ports.filter(({ state }) => state === "exposed"), asked };
}

const notRunning = (stackName: string) =>
  new AppError({
    code: "readiness.nothing_runs",
    message: `No task of ${stackName} runs where the panel could look into it.`,
    advice: "A worker on the node that runs it can; or start it.",
    retry: "retry",
  });

async function applySurvey(input: SurveyInput, ctx: StepContext): Promise<{ problems: string[]; packages: number }> {
  const serviceId = readServiceId(ctx);
  const declared = await readDeclared(db(), serviceId, input.environment);
  const parts = await lookAtParts(input, declared, ctx);
  const ports: FoundPort[] = [];
  const unreadable: string[] = [];
  for (const one of parts) {
    const found = await readPorts(one, declared, ctx);
    ports.push(...found.ports);
    if (!found.asked && one.seen.containerIds.length > 0)
      unreadable.push(
        `What listens in its ${NAMES[one.part]} is not known: the image has no program that reads /proc/net.`,
      );
  }
  const app = parts.find(({ part }) => part === "app")?.seen.containerIds[0];
  const inventory: Inventory = app
    ? await readInventory(app, ctx.signal)
    : { packages: [], dependencies: [], changes: [] };
  const problems = ports.flatMap((one) => describeProblem(one) ?? []);
  const survey: FoundDocument = {
    kind: "survey",
    name: input.environment,
    detail: {
      at: new Date().toISOString(),
      images: Object.fromEntries(parts.map(({ part, seen }) => [part, seen.image])),
      elsewhere: parts.reduce((sum, { seen }) => sum + seen.elsewhere, 0),
      unreadable,
    },
  };
  const documents = [survey, ...listDocuments(input.environment, ports, inventory)];
  await ctx.write((tx) => storeSurvey(tx, { serviceId, environment: input.environment }, documents));
  for (const words of [...problems, ...unreadable]) ctx.log.warn(words);
  ctx.log.info(
    `${ports.length} ports, ${inventory.packages.length} packages, ${inventory.dependencies.length} of language package managers, ${inventory.changes.length} changed files`,
  );
  return { problems, packages: inventory.packages.length };
}

const listDocuments = (environment: string, ports: readonly FoundPort[], inventory: Inventory): FoundDocument[] => [
  ...ports.map((port) => ({
    kind: "port" as const,
    name: `${environment} ${port.part} ${port.port}/${port.protocol}`,
    detail: { ...port },
  })),
  ...inventory.packages.map(({ name, version, manager }) => ({
    kind: "package" as const,
    name,
    detail: { version, manager },
  })),
  ...inventory.dependencies.map(({ name, version, manager, path }) => ({
    kind: "dependency" as const,
    name: `${manager}:${name}`,
    detail: { name, version, manager, path },
  })),
  ...inventory.changes.map(({ path, act }) => ({ kind: "file" as const, name: path, detail: { act } })),
];

/** Ports only: what is installed changes with every release, and says nothing about whether it is safe. */
async function verifySurvey(input: SurveyInput, ctx: StepContext): Promise<VerifyResult> {
  const declared = await readDeclared(db(), readServiceId(ctx), input.environment);
  const parts = await lookAtParts(input, declared, ctx);
  const found = [];
  for (const one of parts) found.push(await readPorts(one, declared, ctx));
  const ports = found.flatMap((one) => one.ports);
  const problems = ports.flatMap((one) => describeProblem(one) ?? []);
  if (problems.length > 0) return { ok: false, reason: problems.join(" ") };
  const running = parts.filter(({ seen }) => seen.desired > 0);
  if (running.length === 0 && parts.length > 0)
    return { ok: true, reason: "It has no tasks, and publishes nothing it must not." };
  if (parts.every(({ seen }) => seen.containerIds.length === 0)) throw notRunning(input.stackName);
  if (found.every(({ asked }) => !asked))
    return { ok: true, reason: "It publishes nothing it must not; what listens inside its image cannot say." };
  const heard = ports.filter(({ state }) => state === "ok").map(({ port, protocol }) => `${protocol} ${port}`);
  return {
    ok: true,
    reason:
      heard.length > 0 ? `It listens on ${heard.join(", ")}, as declared.` : "It listens on nothing, as declared.",
  };
}
