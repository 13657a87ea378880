import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, LedgerResource, PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { forgetMonitors, keepMonitor } from "../commands/keep-monitor.ts";
import { MONITOR_RESOURCE, WATCHER_LABELS } from "../constants.ts";
import { nameMonitor } from "../format.ts";
import { findMonitor, findQuietUntil } from "../queries/find-monitor.ts";
import { type MonitorInput, monitorConfigSchema, monitorInputSchema } from "../schema.ts";
import { openSystem } from "../systems/open.ts";
import type { MonitorSpec } from "../types.ts";

/** Somebody who notices when it stops: a monitor at Uptime Kuma or Healthchecks, or the panel's own probe. */
export const watchingMonitor = defineStep({
  name: "watching.monitor",
  queue: "notifications",
  input: monitorInputSchema,
  plan: planMonitor,
  apply: applyMonitor,
  verify: verifyMonitor,
  undo: undoMonitor,
  findLeft: findLeftMonitor,
});

interface Watched {
  serviceId: string;
  spec: MonitorSpec;
}

function toWatched({ url, expectedStatus }: MonitorInput, { service, environment }: StepContext): Watched {
  if (!service || environment === null)
    throw new AppError({ code: "watching.no_service", message: "Only a service in an environment can be watched." });
  return { serviceId: service.id, spec: { service: service.name, environment, url, expectedStatus } };
}

const entryOf = ({ system }: MonitorInput, { spec }: Watched): LedgerEntry => ({
  kind: MONITOR_RESOURCE,
  providerId: `${system}:${spec.service}-${spec.environment}`,
  name: `${nameMonitor(spec)} at ${system === "panel" ? "the panel" : WATCHER_LABELS[system]}`,
  attributes: { system },
});

async function planMonitor(input: MonitorInput, ctx: StepContext): Promise<PlanResult> {
  const { spec } = watchedInPlan(input, ctx);
  const change = {
    kind: "monitor",
    name: `${nameMonitor(spec)} at ${input.system === "panel" ? "the panel" : WATCHER_LABELS[input.system]}`,
    detail: `${spec.url} answers ${spec.expectedStatus}`,
  };
  if (input.system === "panel") return { changes: [{ action: "create", ...change }] };
  const seen = await openSystem(input.system).find(spec, ctx.signal);
  const action = !seen ? "create" : seen.isAsWanted ? "keep" : "change";
  return { changes: [{ action, ...change }] };
}

/** Before its provisioning there is no service yet, only its name in the address. */
function watchedInPlan(input: MonitorInput, ctx: StepContext): Watched {
  if (ctx.service) return toWatched(input, ctx);
  const spec = { service: new URL(input.url).hostname, environment: ctx.environment ?? "production" };
  return { serviceId: "", spec: { ...spec, url: input.url, expectedStatus: input.expectedStatus } };
}

async function applyMonitor(input: MonitorInput, ctx: StepContext) {
  const watched = toWatched(input, ctx);
  const { serviceId, spec } = watched;
  await ctx.ledger.plan(entryOf(input, watched));
  const { externalId, pingUrl } = await putMonitor(input, spec, ctx);
  await ctx.write((tx) =>
    keepMonitor(tx, {
      ...{ serviceId, environment: spec.environment, system: input.system, externalId, name: nameMonitor(spec) },
      ...{ url: spec.url, expectedStatus: spec.expectedStatus },
      ...(pingUrl ? { pingUrl } : {}),
    }),
  );
  await ctx.ledger.record(entryOf(input, watched));
  ctx.log.info(`${WATCHER_LABELS[input.system]} watches that ${spec.url} answers ${spec.expectedStatus}`);
  return { system: input.system, url: spec.url };
}

async function putMonitor(input: MonitorInput, spec: MonitorSpec, ctx: StepContext) {
  if (input.system === "panel") return { externalId: `${spec.service}-${spec.environment}`, pingUrl: undefined };
  const system = openSystem(input.system);
  const put = await system.put(spec, { signal: ctx.signal, guard: ctx.guard });
  if (put.pingUrl) ctx.redact(put.pingUrl);
  if (!(await system.find(spec, ctx.signal)))
    throw new AppError({
      code: "watching.not_kept",
      message: `${system.label} took the monitor and does not have it.`,
      retry: "retry",
    });
  return { externalId: put.externalId, pingUrl: put.pingUrl };
}

async function verifyMonitor(input: MonitorInput, ctx: StepContext): Promise<VerifyResult> {
  const { serviceId, spec } = toWatched(input, ctx);
  const no = (reason: string): VerifyResult => ({ ok: false, reason });
  const kept = await findMonitor(serviceId, spec.environment, input.system);
  if (input.system === "panel") {
    if (!kept) return no(`The panel no longer looks at ${spec.url}.`);
    const { url } = monitorConfigSchema.parse(kept.config);
    return { ok: true, reason: `The panel looks at ${url}.` };
  }
  const { label, find } = openSystem(input.system);
  const seen = await find(spec, ctx.signal);
  if (!seen) return no(`${label} has no monitor for ${nameMonitor(spec)}.`);
  if (!seen.isAsWanted) return no(`The monitor of ${nameMonitor(spec)} at ${label} asks for something else.`);
  if (seen.isActive) return { ok: true, reason: `${label} watches ${spec.url}.` };
  const until = await findQuietUntil(serviceId, spec.environment);
  if (until) return { ok: true, reason: `${label} is paused for maintenance until ${until.toISOString()}.` };
  return no(`The monitor of ${nameMonitor(spec)} at ${label} is paused.`);
}

async function undoMonitor(resources: LedgerResource[], input: MonitorInput, ctx: StepContext): Promise<void> {
  const { serviceId, spec } = toWatched(input, ctx);
  const { environment } = spec;
  for (const resource of resources.filter(({ kind }) => kind === MONITOR_RESOURCE)) {
    if (input.system !== "panel") {
      const system = openSystem(input.system);
      const kept = await findMonitor(serviceId, environment, input.system);
      await system.remove(spec, kept?.externalId ?? null, { signal: ctx.signal, guard: ctx.guard });
      if (await system.find(spec, ctx.signal))
        throw new AppError({
          code: "watching.still_there",
          message: `The monitor was deleted at ${system.label} and is still there.`,
          retry: "retry",
        });
    }
    await ctx.write((tx) => forgetMonitors(tx, { serviceId, environment, system: input.system }));
    await ctx.ledger.gone(resource.kind, resource.providerId);
    ctx.log.info(`${WATCHER_LABELS[input.system]} no longer watches ${nameMonitor(spec)}`);
  }
}

async function findLeftMonitor(
  { kind }: LedgerResource,
  input: MonitorInput,
  ctx: StepContext,
): Promise<string | null> {
  if (kind !== MONITOR_RESOURCE) return null;
  const { serviceId, spec } = toWatched(input, ctx);
  const label = WATCHER_LABELS[input.system];
  if (input.system !== "panel" && (await openSystem(input.system).find(spec, ctx.signal)))
    return `${label} still watches ${nameMonitor(spec)}.`;
  const kept = await findMonitor(serviceId, spec.environment, input.system);
  return kept ? `The panel still keeps the monitor of ${nameMonitor(spec)} at ${label}.` : null;
}
