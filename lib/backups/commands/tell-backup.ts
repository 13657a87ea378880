import type { Actor } from "#lib/access/types.ts";
import { compileChecklist } from "#lib/checklists/compile.ts";
import { NOTICE } from "#lib/checklists/notice.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { createRun } from "#lib/runs/commands/create-run.ts";
import { nameData } from "./name-data.ts";

const BACKUPS: Actor = { kind: "system", name: "backups", requestId: "backups" };

interface About {
  service: { id: string; name: string; ownerId: string } | null;
  environment: string;
  name: string;
}

export interface Telling {
  template: string;
  /** Two tellings with one key are one mail to each reader. */
  key: string;
  title: string;
  /** Input of the template: ids only. */
  input: Record<string, unknown>;
  /** Besides the owner and the database administrators. */
  alsoTo?: readonly string[];
}

/** Whose data it is and who looks after data; of the panel itself also the administrators. */
async function findReaders(tx: Tx, about: Pick<About, "service">, alsoTo: readonly string[]): Promise<string[]> {
  const wanted = about.service ? ["dba"] : ["dba", "admin"];
  const users = await tx.user.findMany({
    where: {
      disabledAt: null,
      OR: [
        { id: { in: [...alsoTo, ...(about.service ? [about.service.ownerId] : [])] } },
        ...wanted.map((role) => ({ roles: { contains: role } })),
      ],
    },
    select: { id: true },
    orderBy: { id: "asc" },
  });
  return users.map((user) => user.id);
}

/** A mail to everybody whom it concerns, each once for one key. Returns the runs that are new. */
export async function tell(
  tx: Tx,
  about: About,
  { template, key, title, input, alsoTo = [] }: Telling,
): Promise<number[]> {
  const runs: number[] = [];
  const hash = Buffer.from(sha256(key)).toString("hex").slice(0, 32);
  for (const toUserId of await findReaders(tx, about, alsoTo)) {
    const words = title.slice(0, 200);
    const run = await createRun(tx, BACKUPS, {
      mode: "apply",
      checklist: { key: NOTICE.key, version: NOTICE.version },
      ...{ title: words, serviceId: about.service?.id ?? null, environment: about.environment },
      startKey: `${template}:${hash}:${toUserId}`,
      steps: compileChecklist(NOTICE, { title: words, mail: { ...input, template, toUserId } }),
    });
    if (run.created) runs.push(run.runId);
  }
  return runs;
}

/** Of all the failures in a row the first is told; that it goes on, the clock of overdue backups says. */
async function nameStreak(tx: Tx, policyId: string): Promise<string> {
  const good = await tx.backup.findFirst({
    where: { policyId, state: { in: ["stored", "verified"] } },
    orderBy: { startedAt: "desc" },
    select: { id: true },
  });
  return `${policyId}:${good?.id ?? "none"}`;
}

export async function tellFailed(tx: Tx, policy: About & { id: string }, backupId: string): Promise<number[]> {
  return tell(tx, policy, {
    template: "backup-failed",
    key: await nameStreak(tx, policy.id),
    title: `Mail that the backup of ${nameData(policy)} failed`,
    input: { backupId },
  });
}

export async function tellMissed(
  tx: Tx,
  policy: About & { id: string },
  backupIds: readonly string[],
): Promise<number[]> {
  return tell(tx, policy, {
    template: "backup-missed",
    key: await nameStreak(tx, policy.id),
    title: `Mail that backups of ${nameData(policy)} were missed`,
    input: { backupIds: [...backupIds] },
  });
}
