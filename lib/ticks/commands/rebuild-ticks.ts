import type { Tx } from "#lib/platform/db/client.ts";
import { findMakers } from "../queries/find-makers.ts";
import { countTicks, lockService } from "./count-ticks.ts";
import { dueNow } from "./due-now.ts";

/**
 * Brings a service's ticks in line with what its checklists have made: new items are ticked, those of what was undone go, the
 * others keep what is known of them. All are looked at right after.
 */
export async function rebuildTicks(tx: Tx, serviceId: string): Promise<void> {
  const service = await lockService(tx, serviceId);
  if (!service) return;
  if (service.state === "retired") return forgetTicks(tx, serviceId);
  const makers = await findMakers(tx, serviceId);
  const present = await tx.tick.findMany({ where: { serviceId } });
  const nameOf = (one: { environment: string; key: string }) => `${one.environment}/${one.key}`;
  const known = new Map(present.map((tick) => [nameOf(tick), tick]));
  const now = new Date();
  for (const { at, ...maker } of makers) {
    const tick = known.get(nameOf(maker));
    known.delete(nameOf(maker));
    const { environment, key, ...rest } = maker;
    const where = { serviceId_environment_key: { serviceId, environment, key } };
    if (!tick)
      await tx.tick.create({
        data: { serviceId, ...maker, state: "true", since: at, reason: "Its step has ended well.", notifiedAt: now },
      });
    else if (tick.stepId !== maker.stepId || tick.position !== maker.position || tick.title !== maker.title)
      await tx.tick.update({ where, data: rest });
  }
  for (const { environment, key } of known.values())
    await tx.tick.delete({ where: { serviceId_environment_key: { serviceId, environment, key } } });
  await countTicks(tx, serviceId);
  await dueNow(tx, serviceId);
}

/** Nothing of it is there any more, and nothing is to be looked at. */
async function forgetTicks(tx: Tx, serviceId: string): Promise<void> {
  await tx.tick.deleteMany({ where: { serviceId } });
  await tx.service.update({
    where: { id: serviceId },
    data: { ticksTotal: 0, ticksTrue: 0, ticksOpen: 0, ticksDueAt: null },
  });
}
