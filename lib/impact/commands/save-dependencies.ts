import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { conflict, invalid, notFound } from "#lib/platform/errors.ts";
import type { SaveDependencies } from "../types.ts";

/** Writes down what a service needs, and through what. Whoever saves over a newer state is told. */
export async function saveDependencies(
  actor: UserActor,
  serviceName: string,
  { version, dependsOn }: SaveDependencies,
): Promise<{ version: number }> {
  return transaction(async (tx) => {
    const service = await tx.service.findUnique({ where: { name: serviceName } });
    if (!service || service.state === "retired") throw notFound("service");
    authorize(actor, "services.setDependencies", { ownerId: service.ownerId, serviceId: service.id });
    const wanted = await tx.service.findMany({
      where: { name: { in: dependsOn.map((one) => one.service) }, state: { not: "retired" } },
      select: { id: true, name: true },
    });
    const ids = new Map(wanted.map((one) => [one.name, one.id]));
    const problems = dependsOn.flatMap(({ service: name }, index): [string, string][] => {
      const field = `dependsOn.${index}.service`;
      if (name === service.name) return [[field, "A service cannot depend on itself."]];
      return ids.has(name) ? [] : [[field, `There is no service ${name}.`]];
    });
    if (problems.length > 0) throw invalid(Object.fromEntries(problems));
    const taken = await tx.service.updateMany({
      where: { id: service.id, version },
      data: { version: { increment: 1 } },
    });
    if (taken.count === 0)
      throw conflict(
        "services.changed_meanwhile",
        "Something about this service was changed while you wrote.",
        "Look at the page anew, then save again.",
      );
    const before = await tx.serviceDependency.findMany({ where: { serviceId: service.id } });
    await tx.serviceDependency.deleteMany({ where: { serviceId: service.id } });
    await tx.serviceDependency.createMany({
      data: dependsOn.map(({ service: name, kind, reason }) => ({
        ...{ serviceId: service.id, dependsOnId: ids.get(name) ?? "", kind, reason },
      })),
    });
    await recordAudit(tx, actor, {
      action: "services.setDependencies",
      subjectType: "service",
      subjectId: service.id,
      detail: { name: service.name, dependsOn, before: before.length },
    });
    return { version: version + 1 };
  });
}
