import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";

/** The step whose work is taken away. It has to be the service's own. */
export async function readMaker(stepId: number, serviceId: string | undefined) {
  const step = await db().step.findUnique({
    where: { id: stepId },
    select: {
      ...{ id: true, key: true, name: true, title: true, input: true, runId: true },
      run: { select: { serviceId: true, environment: true } },
    },
  });
  if (!step || serviceId === undefined || step.run.serviceId !== serviceId)
    throw new AppError({
      code: "decommission.not_its_own",
      message: `Step ${stepId} is not of this service: what it made is left alone.`,
    });
  return step;
}
export type MakerStep = Awaited<ReturnType<typeof readMaker>>;
