import { randomUUID } from "node:crypto";
import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { arrange } from "#lib/checklists/arrange.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import type { Checklist } from "#lib/checklists/define-checklist.ts";
import { ownOutline, sketch } from "#lib/checklists/editable.ts";
import { NEW_HOST } from "#lib/checklists/new-host.ts";
import { NEW_PROJECT, type NewProjectRun } from "#lib/checklists/new-project.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import { type CreatedRun, createRun } from "#lib/runs/commands/create-run.ts";
import { ringRun } from "#lib/runs/ring.ts";
import type { CompiledStep } from "#lib/runs/types.ts";
import { isOwn } from "../queries/find-outline.ts";
import { type PinnedChecklist, readArranged, readLastAnswers, readPublished } from "../queries/read-published.ts";
import type { StartChecklist } from "../schema/input.ts";

const TITLE_MAX = 200;

interface Compiled {
  title: string;
  pinned: PinnedChecklist;
  steps: CompiledStep[];
}

/** A checklist of the organisation's own: there is nothing of the panel's below it. */
async function compileOwn(tx: Tx, key: string, answers: unknown): Promise<Compiled> {
  const published = await readPublished(tx, key);
  if (!published)
    throw conflict("templates.not_published", "This checklist is not published.", "Publish it first, then start it.");
  const { title, version } = published;
  const nothing: Checklist<unknown> = sketch(ownOutline(key, title));
  return {
    title,
    pinned: { key, version: 1, templateVersion: version },
    steps: compileChecklist(arrange(nothing, published, answers), {}),
  };
}

/** The panel's checklists that are started here: people's items and nothing else. */
const BROUGHT = [NEW_PROJECT, NEW_HOST];

async function compileBrought(
  tx: Tx,
  brought: Checklist<NewProjectRun>,
  run: NewProjectRun,
  answers: unknown,
): Promise<Compiled> {
  const { checklist, pinned } = await readArranged(tx, brought, answers);
  return { title: checklist.title, pinned, steps: compileChecklist(checklist, run) };
}

async function findService(tx: Tx, name: string) {
  const service = await tx.service.findUnique({ where: { name }, select: { id: true, name: true, state: true } });
  if (!service || service.state === "retired") throw invalid({ service: "There is no such service." });
  return service;
}

/** Starts a checklist that nothing else starts: a new project's, a new host's, or one of the organisation's own. */
export async function startChecklist(
  actor: UserActor,
  { key, subject, service: serviceName }: StartChecklist,
): Promise<CreatedRun> {
  authorize(actor, "checklists.start");
  const run = await transaction(async (tx) => {
    const service = serviceName === null ? null : await findService(tx, serviceName);
    const about = subject || (service?.name ?? "");
    const answers = await readLastAnswers(tx, service?.id ?? null);
    const brought = BROUGHT.find((one) => one.key === key);
    if (!brought && !isOwn(key)) throw notFound("checklist to start");
    if (brought && about === "") throw invalid({ subject: "Say what it is about: the run's title is made of it." });
    const { title, pinned, steps } = brought
      ? await compileBrought(tx, brought, { subject: about, service: service?.name ?? null }, answers)
      : await compileOwn(tx, key, answers);
    return createRun(tx, actor, {
      mode: "apply",
      checklist: pinned,
      title: (about === "" ? title : `${title}: ${about}`).slice(0, TITLE_MAX),
      serviceId: service?.id ?? null,
      environment: null,
      startKey: `checklist:${key}:${randomUUID()}`,
      exclusiveKey: service ? `checklist:${key}:${service.id}` : null,
      steps,
    });
  });
  await ringRun(run.runId);
  return run;
}
