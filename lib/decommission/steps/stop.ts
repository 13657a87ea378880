import { z } from "zod";
import { readReplicas, stopApp } from "#lib/backups/restore/scale-app.ts";
import { AppError } from "#lib/platform/errors.ts";
import { plural } from "#lib/platform/format.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { StepContext } from "#lib/steps/types.ts";

export const stopInput = z.strictObject({ stackName: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/) });

/** Only a stack of the run's own service: `<service>-<environment>`. */
export function assertOwn(stackName: string, ctx: StepContext): void {
  if (ctx.service && stackName.startsWith(`${ctx.service.name}-`)) return;
  throw new AppError({ code: "services.not_its_stack", message: `${stackName} is not a stack of this service.` });
}

/** The app of a stack at no tasks; its database goes on, to be backed up. */
export const servicesStop = defineStep({
  name: "services.stop",
  queue: "provisioning",
  input: stopInput,

  async plan({ stackName }, ctx) {
    assertOwn(stackName, ctx);
    const replicas = await readReplicas(stackName, ctx.signal);
    if (!replicas) return { changes: [{ action: "keep", kind: "app", name: stackName, detail: "does not run" }] };
    return { changes: [{ action: "change", kind: "app", name: stackName, detail: `${plural(replicas, "task")} → 0` }] };
  },

  async apply({ stackName }, ctx) {
    assertOwn(stackName, ctx);
    const before = await readReplicas(stackName, ctx.signal);
    await stopApp(stackName, ctx);
    return { replicasBefore: before };
  },

  async verify({ stackName }, ctx) {
    const replicas = await readReplicas(stackName, ctx.signal);
    return replicas
      ? { ok: false, reason: `The app of ${stackName} has ${replicas} tasks.` }
      : { ok: true, reason: `The app of ${stackName} is stopped.` };
  },

  async undo(_resources, { stackName }, ctx) {
    ctx.log.info(`The app of ${stackName} runs again with its next deployment`);
  },
});
