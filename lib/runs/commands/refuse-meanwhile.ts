import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { LockedItem } from "./lock-item.ts";

/** Refuses to write over what somebody else wrote since the caller read it, and says what stands there now. */
export async function refuseMeanwhile(tx: Tx, { step }: LockedItem, readRev: number | undefined): Promise<void> {
  if (readRev === undefined || readRev === step.itemRev) return;
  const writer = step.draftById
    ? await tx.user.findUnique({ where: { id: step.draftById }, select: { displayName: true } })
    : null;
  throw new AppError({
    code: "items.changed_meanwhile",
    message: `${writer?.displayName ?? "Somebody else"} saved this item in the meantime.`,
    advice: "Look at both and put them together.",
    ...(step.draftNote ? { detail: step.draftNote } : {}),
    status: 409,
  });
}
