import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { PUSH } from "#lib/checklists/push.ts";
import { config } from "#lib/platform/config/config.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import type { DeploymentNewsKind } from "../constants.ts";
import { authorsOf, type FoundDeployment, nameDeployment } from "../queries/find-deployment.ts";
import { findApprovers, findManagers } from "../queries/lenders.ts";

export const RELEASES: Actor = { kind: "system", name: "releases", requestId: "releases" };

/** Who hears of what: who could do something now, who asked for it, who answered for it. */
async function findReaders(tx: Tx, row: FoundDeployment, kind: DeploymentNewsKind): Promise<string[]> {
  const authors = authorsOf(row);
  const voters = row.approvals.map(({ voterId }) => voterId);
  const owner = row.environment.service.ownerId;
  switch (kind) {
    case "proposed":
      return (await findApprovers(tx, new Date())).filter((id) => !authors.includes(id));
    case "approved":
    case "rejected":
    case "expired":
      return authors;
    case "void":
    case "superseded":
    case "started":
    case "finished":
      return [...authors, ...voters, owner];
    case "broke-glass":
    case "rolled-back-by-hand":
      return [...(await findManagers(tx)), ...authors, owner];
    case "review-overdue":
      return [...(await findManagers(tx)), ...authors];
  }
}

/** Each open account once. */
async function keepOpen(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const users = await tx.user.findMany({
    where: { id: { in: [...new Set(ids)] }, disabledAt: null },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return users.map(({ id }) => id);
}

/** What nobody approved is only worth a word when it went wrong: staging gets every release. */
const isQuiet = (row: FoundDeployment, kind: DeploymentNewsKind): boolean =>
  row.kind === "release" &&
  row.needed === 0 &&
  (kind === "approved" || kind === "started" || kind === "superseded" || (kind === "finished" && row.state === "done"));

const TITLES: Record<DeploymentNewsKind, string> = {
  proposed: "waits for approval",
  approved: "is approved",
  rejected: "is rejected",
  void: "is void",
  superseded: "is superseded",
  expired: "has expired",
  started: "has begun",
  finished: "has ended",
  "broke-glass": "was begun without approval",
  "rolled-back-by-hand": "goes back",
  "review-overdue": "was not reviewed",
};

/**
 * A mail to everybody whom a turn of a deployment concerns, and a word to the channels that the settings name, each once for one
 * turn. The relay rings for the runs. `turn` tells turns of one kind apart: the seal, a day.
 */
export async function tellDeployment(
  tx: Tx,
  row: FoundDeployment,
  kind: DeploymentNewsKind,
  turn: string | number = row.version,
): Promise<void> {
  if (isQuiet(row, kind)) return;
  const title = `Mail that ${nameDeployment(row)} ${TITLES[kind]}`;
  const template = `deployment-${kind}`;
  const place = { serviceId: row.environment.service.id, environment: row.environment.name };
  for (const toUserId of await keepOpen(tx, await findReaders(tx, row, kind)))
    await createRun(tx, RELEASES, {
      ...{ mode: "apply", title, ...place },
      checklist: { key: NOTICE.key, version: NOTICE.version },
      startKey: `${template}:${row.id}:${turn}:${toUserId}`,
      steps: compileChecklist(NOTICE, { title, mail: { template, toUserId, deploymentId: row.id } }),
    });
  const { NOTIFICATIONS_WEBHOOK_URL: webhook, NOTIFICATIONS_NTFY_URL: ntfy } = config();
  if (!webhook && !ntfy) return;
  await createRun(tx, RELEASES, {
    ...{ mode: "apply", title: title.replace(/^Mail/, "Tell the channels"), ...place },
    checklist: { key: PUSH.key, version: PUSH.version },
    startKey: `push:${template}:${row.id}:${turn}`,
    steps: compileChecklist(PUSH, {
      notice: { template, deploymentId: row.id },
      webhook: webhook !== "",
      ntfy: ntfy !== "",
    }),
  });
}
