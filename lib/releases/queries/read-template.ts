import { templateOf } from "#lib/checklists/stack-input.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { conflict } from "#lib/platform/errors.ts";
import { answersSchema } from "#lib/services/schema/answers.ts";
import { type ReleaseTemplate, releaseTemplateSchema } from "../schema/content.ts";
import { readRunning } from "./find-environment.ts";

/**
 * What a new release of a service takes over from the one before: what the app is given, and the database's image, which changes
 * with no release of the app.
 */
export async function readTemplate(
  tx: Tx,
  service: { id: string; name: string },
): Promise<{ template: ReleaseTemplate; databaseImage: string | null }> {
  const production = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId: service.id, name: "production" } },
    select: { currentId: true },
  });
  const running = await readRunning(tx, { currentId: production?.currentId ?? null });
  if (running) {
    const { template } = await tx.release.findUniqueOrThrow({
      where: { id: running.releaseId },
      select: { template: true },
    });
    return { template: releaseTemplateSchema.parse(template), databaseImage: running.content.images.db ?? null };
  }
  const last = await tx.answers.findFirst({ where: { serviceId: service.id }, orderBy: { version: "desc" } });
  const answers = answersSchema.safeParse(last?.answers);
  if (answers.success && answers.data.data.database === "none")
    return { template: templateOf(answers.data), databaseImage: null };
  throw conflict(
    "releases.nothing_runs",
    `Nothing that the panel knows of runs for ${service.name}, so a release of it cannot be described.`,
    "Finish its provisioning first.",
  );
}
