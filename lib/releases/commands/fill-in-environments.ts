import { db } from "#lib/platform/db/client.ts";
import { isDuplicate, transaction } from "#lib/platform/db/transaction.ts";
import { tryToAdopt } from "./follow-stack.ts";

const BATCH = 50;
let cursor = "";

/**
 * Gives environments of before releases were kept what newer ones have from the start: settings, and the release that runs. A
 * batch a call, from where the last one ended; those of which nothing is known stay as they are.
 */
export async function fillInEnvironments(): Promise<void> {
  const rows = await db().environment.findMany({
    where: { currentId: null, id: { gt: cursor }, service: { state: "live" } },
    orderBy: { id: "asc" },
    take: BATCH,
    select: { id: true, name: true, serviceId: true },
  });
  cursor = rows.length < BATCH ? "" : (rows.at(-1)?.id ?? "");
  for (const { name, serviceId } of rows) {
    const step = await db().step.findFirst({
      where: {
        name: "swarm.stack",
        state: "succeeded",
        run: { serviceId, environment: name, mode: "apply", state: "succeeded" },
      },
      orderBy: { id: "desc" },
      select: { runId: true },
    });
    if (!step) continue;
    await transaction((tx) => tryToAdopt(tx, step.runId)).catch((error: unknown) => {
      // Another worker was faster.
      if (!isDuplicate(error)) throw error;
    });
  }
}
