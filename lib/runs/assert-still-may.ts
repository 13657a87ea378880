import { type Action, may } from "#lib/access/policy.ts";
import { actorOfAccount } from "#lib/access/roles.ts";
import { db } from "#lib/platform/db/client.ts";
import { AppError } from "#lib/platform/errors.ts";
import { NOT_ALLOWED } from "./constants.ts";

/**
 * Asks again, right before a step does what takes more than its run does, whether the person who wanted it may; `serviceId`: to
 * this service, whose owner may have changed. Somebody who may can retry the step: the run then goes on in their name.
 */
export async function assertStillMay(
  requesterId: string | null,
  action: Action,
  serviceId: string | null = null,
): Promise<void> {
  const user = requesterId === null ? null : await db().user.findUnique({ where: { id: requesterId } });
  const service = serviceId === null ? null : await db().service.findUnique({ where: { id: serviceId } });
  if (user && may(actorOfAccount(user), action, { serviceId, ownerId: service?.ownerId ?? null }).ok) return;
  throw new AppError({
    code: NOT_ALLOWED,
    message: user
      ? `${user.displayName} who asked for this may no longer do it.`
      : "Nobody who may do this has asked for it.",
    advice: "Somebody who may can retry the run; it then goes on in their name.",
    retry: "needs_person",
  });
}
