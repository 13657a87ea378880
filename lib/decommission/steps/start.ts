import { z } from "zod";
import { readReplicas, startApp } from "#lib/backups/restore/scale-app.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import { assertOwn, stopInput } from "./stop.ts";

const startInput = stopInput.extend({ replicas: z.number().int().min(1).max(100) });

/** The app of a stack that was stopped, at as many tasks as it shall have; one that somebody started meanwhile is left alone. */
export const servicesStart = defineStep({
  name: "services.start",
  queue: "provisioning",
  input: startInput,

  async plan({ stackName, replicas }, ctx) {
    assertOwn(stackName, ctx);
    const present = await readReplicas(stackName, ctx.signal);
    if (present !== 0) return { changes: [{ action: "keep", kind: "app", name: stackName }] };
    return { changes: [{ action: "change", kind: "app", name: stackName, detail: `0 → ${replicas} tasks` }] };
  },

  async apply({ stackName, replicas }, ctx) {
    assertOwn(stackName, ctx);
    const present = await readReplicas(stackName, ctx.signal);
    // Also what a try before this one has set: then its tasks are waited for.
    await startApp(stackName, present === 0 ? replicas : present, ctx);
    return { replicas: present === 0 ? replicas : present };
  },

  async verify({ stackName }, ctx) {
    const present = await readReplicas(stackName, ctx.signal);
    return present === 0
      ? { ok: false, reason: `The app of ${stackName} is stopped.` }
      : { ok: true, reason: `The app of ${stackName} has ${present ?? "no"} tasks.` };
  },

  async undo(_resources, { stackName }, ctx) {
    ctx.log.info(`The app of ${stackName} goes on running`);
  },
});
