import { randomUUID } from "node:crypto";
import { sha256 } from "#lib/platform/crypto.ts";
import type { Prisma, Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "#lib/steps/types.ts";

export interface LedgerOwner {
  /** The step the entries belong to: in an undo run, the step being undone. */
  stepId: number;
  stepName: string;
  serviceId: string | null;
}

const liveKey = (kind: string, providerId: string) => sha256(`${kind}\0${providerId}`);

type Row = Prisma.ResourceGetPayload<object>;

const toResource = (row: Row): LedgerResource => ({
  id: row.id,
  kind: row.kind,
  providerId: row.providerId,
  name: row.name,
  state: row.state as LedgerResource["state"],
  attributes: row.attributes as Record<string, unknown>,
});

/** What a step has made outside and is not gone. */
async function listLive(tx: Tx, stepId: number): Promise<LedgerResource[]> {
  const rows = await tx.resource.findMany({
    where: { stepId, state: { not: "gone" } },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  return rows.map(toResource);
}

/** Writes an entry as planned or present. What another run of the same service left behind is taken over; what belongs to another service never is. */
async function put(tx: Tx, owner: LedgerOwner, entry: LedgerEntry, state: "planned" | "present"): Promise<void> {
  const key = liveKey(entry.kind, entry.providerId);
  const existing = await tx.resource.findUnique({ where: { liveKey: key } });
  if (existing && existing.stepId !== owner.stepId && (!owner.serviceId || existing.serviceId !== owner.serviceId)) {
    throw new AppError({
      code: "ledger.taken",
      message: `The ${entry.kind} ${entry.name} was made for something else and is left alone.`,
      advice: "Choose another name, or undo what made it.",
    });
  }
  const attributes = { ...(existing?.attributes as object | undefined), ...entry.attributes } as Prisma.InputJsonObject;
  if (existing) {
    await tx.resource.update({
      where: { id: existing.id },
      data: {
        attributes,
        name: entry.name,
        stepId: owner.stepId,
        stepName: owner.stepName,
        // Planning again what is there already does not make it less there.
        ...(state === "present" ? { state, verifiedAt: new Date() } : {}),
      },
    });
    return;
  }
  await tx.resource.create({
    data: {
      id: randomUUID(),
      kind: entry.kind,
      providerId: entry.providerId,
      name: entry.name,
      serviceId: owner.serviceId,
      stepId: owner.stepId,
      stepName: owner.stepName,
      state,
      liveKey: key,
      attributes,
    },
  });
}

/** Proven gone. Without `stepId` whoever made it: what one run made another may be asked to take away. */
export async function markGone(
  tx: Tx,
  { kind, providerId }: Pick<LedgerEntry, "kind" | "providerId">,
  stepId?: number,
): Promise<void> {
  await tx.resource.updateMany({
    where: { liveKey: liveKey(kind, providerId), ...(stepId === undefined ? {} : { stepId }) },
    data: { state: "gone", liveKey: null, goneAt: new Date() },
  });
}

/** The ledger as one step sees it. Every change is fenced by `write`. */
export function createLedger(owner: LedgerOwner, write: StepContext["write"]): StepContext["ledger"] {
  return {
    plan: (entry) => write((tx) => put(tx, owner, entry, "planned")),
    record: (entry) => write((tx) => put(tx, owner, entry, "present")),
    gone: (kind, providerId) => write((tx) => markGone(tx, { kind, providerId }, owner.stepId)),
    list: () => write((tx) => listLive(tx, owner.stepId)),
  };
}
