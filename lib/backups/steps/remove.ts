import { db } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { removePoint } from "../commands/remove-point.ts";
import { removeBackupInputSchema } from "../schema/steps.ts";
import { openTarget } from "../targets/open-target.ts";

const findPoint = (backupId: string) =>
  db().backup.findUniqueOrThrow({
    where: { id: backupId },
    select: { id: true, key: true, targetId: true, removedAt: true },
  });

/** Removes the objects of one point that a person asked to be removed. */
export const backupsRemove = defineStep({
  name: "backups.remove",
  queue: "backups",
  input: removeBackupInputSchema,

  async plan({ backupId }) {
    const { key } = await findPoint(backupId);
    return { changes: [{ action: "remove", kind: "backup", name: key }] };
  },

  async apply({ backupId }, ctx) {
    const point = await findPoint(backupId);
    const store = await openTarget(point.targetId, (secret) => ctx.redact(secret));
    try {
      const stays = await removePoint(store, point, `asked for in run ${ctx.run.id}`, ctx);
      if (stays) throw conflict("backups.stays", stays);
    } finally {
      await store.close();
    }
    return { key: point.key };
  },

  async verify({ backupId }, ctx) {
    const point = await findPoint(backupId);
    const store = await openTarget(point.targetId, (secret) => ctx.redact(secret));
    try {
      for await (const object of store.list(`${point.key}/`, ctx.signal))
        return { ok: false, reason: `${object.key} is there.` };
      return { ok: true, reason: `Nothing is left of ${point.key}.` };
    } finally {
      await store.close();
    }
  },

  async undo(_resources, _input, ctx) {
    ctx.log.info("What was removed cannot be brought back");
  },
});
