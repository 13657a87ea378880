import type { UserActor } from "#lib/access/types.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { type Act, judgeAct, toError } from "../approval/judge-acts.ts";
import type { DataChangeRow } from "../queries/find-data-change.ts";
import { isPreviewing } from "../queries/is-previewing.ts";

/** Refuses what may not be done with it now, in the words its page has for it. Call it with the row locked. */
export async function assertMay(
  tx: Tx,
  actor: UserActor,
  row: DataChangeRow,
  act: Act,
  presented?: string,
): Promise<void> {
  const refusal = judgeAct(actor, row, act, {
    isPreviewing: await isPreviewing(tx, row),
    now: new Date(),
    ...(presented === undefined ? {} : { presented }),
  });
  if (refusal?.isForbidden) throw new AppError({ code: "forbidden", message: refusal.message, status: 403 });
  if (refusal) throw toError(refusal);
}
