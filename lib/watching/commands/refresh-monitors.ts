import { db } from "#lib/platform/db/client.ts";
import { withNamedLock } from "#lib/platform/db/named-lock.ts";
import { listDueOutside } from "../queries/list-due-monitors.ts";
import { listSetUp, openSystem } from "../systems/open.ts";

/** Asks every system how its monitors are, and writes it down. Of several workers one does it. */
export async function refreshMonitors(signal: AbortSignal): Promise<void> {
  await withNamedLock("watching-refresh", signal, async (held) => {
    let failure: unknown;
    for (const name of listSetUp()) {
      const due = await listDueOutside(name);
      if (due.length === 0) continue;
      try {
        const states = await openSystem(name).readStates(
          due.map(({ externalId }) => externalId),
          held,
        );
        const checkedAt = new Date();
        for (const { id, externalId } of due)
          await db().monitor.update({ where: { id }, data: { state: states.get(externalId) ?? "unknown", checkedAt } });
      } catch (error) {
        held.throwIfAborted();
        // One that is away says nothing of the others.
        failure ??= error;
      }
    }
    if (failure !== undefined) throw failure;
  });
}
