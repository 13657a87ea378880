import { canonicalJson, sha256 } from "#lib/platform/crypto.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { adoptPlace } from "#lib/releases/commands/adopt-place.ts";
import { readConfig } from "#lib/releases/queries/find-environment.ts";
import { writeConfig } from "#lib/services/commands/write-config.ts";
import { ENVIRONMENT } from "#lib/services/naming.ts";

interface Settled {
  serviceId: string;
  environment: string;
  placement: Record<string, string>;
  runId: number;
  byId: string | null;
}

/** Its settings, what is held for running, and in production its answers say where it runs from now on. The same again changes nothing. */
export async function settlePlace(tx: Tx, settled: Settled): Promise<void> {
  const { serviceId, environment: name, placement, runId, byId } = settled;
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name } },
    include: { service: { select: { id: true, name: true, ownerId: true, state: true } } },
  });
  const settings = environment && (await readConfig(tx, environment.id));
  if (!environment || !settings) return;
  const configVersion = await writeConfig(tx, environment.id, { ...settings.content, placement }, byId);
  await adoptPlace(tx, { environment, placement, configVersion, runId, byId });
  if (name === ENVIRONMENT) await settleAnswers(tx, serviceId, placement, byId);
}

const toRule = ({ hostname, nodeLabel }: Record<string, string>) => {
  if (hostname) return { nodeRule: "hostname", nodeHostname: hostname };
  return nodeLabel ? { nodeRule: "label", nodeLabel } : { nodeRule: "any" };
};

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const withRule = (answers: Json, placement: Record<string, string>): Json => ({
  ...answers,
  placement: { ...(isObject(answers.placement) ? answers.placement : {}), ...toRule(placement) },
});

/** The frozen answers get a next version; drafts that would change the service begin from where it is, too. */
async function settleAnswers(tx: Tx, serviceId: string, placement: Record<string, string>, byId: string | null) {
  const last = await tx.answers.findFirst({ where: { serviceId }, orderBy: { version: "desc" } });
  if (last && isObject(last.answers)) {
    const answers = withRule(last.answers, placement);
    if (canonicalJson(answers) !== canonicalJson(last.answers))
      await tx.answers.create({
        data: {
          serviceId,
          version: last.version + 1,
          answers: answers as Prisma.InputJsonObject,
          hash: sha256(canonicalJson(answers)),
          byId: byId ?? last.byId,
        },
      });
  }
  for (const draft of await tx.serviceDraft.findMany({ where: { serviceId } })) {
    if (!isObject(draft.answers)) continue;
    const answers = withRule(draft.answers, placement) as Prisma.InputJsonObject;
    await tx.serviceDraft.update({ where: { id: draft.id }, data: { answers, rev: { increment: 1 } } });
  }
}
