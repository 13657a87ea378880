import type { ServerAnswer } from "#lib/integrations/dns/authoritative.ts";
import { REFUSED } from "#lib/integrations/route53/errors.ts";
import { findRecordsAt } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, LedgerResource, StepContext } from "#lib/steps/types.ts";
import { assertPlanned } from "../commands/assert-synced.ts";
import {
  CLAIMED_MEANWHILE,
  claimRecord,
  findOwnRow,
  isClaimed,
  OWNED_BY_OTHER,
  releaseRecord,
  toClaim,
} from "../commands/claim-record.ts";
import { ensureRootZone, findRootZone } from "../commands/ensure-root-zone.ts";
import { verifyRecord } from "../commands/verify-record.ts";
import { waitUntilForgotten } from "../commands/wait-until-forgotten.ts";
import { waitUntilServed } from "../commands/wait-until-served.ts";
import { normalizeAddress } from "../names.ts";
import { describeRecord } from "../sync/describe-record.ts";
import { look } from "../sync/look.ts";
import { planChanges } from "../sync/plan-changes.ts";
import type { DesiredRow, Plan } from "../sync/plan-types.ts";
import { settleSync, syncZone } from "../sync/sync-zone.ts";
import type { Zone } from "../types.ts";
import { DnsRecordInput } from "./record-input.ts";

const KIND = "dns.record";

const toEntry = (zone: Zone, { name, type, ttl, values }: DnsRecordInput): LedgerEntry => ({
  kind: KIND,
  providerId: `${zone.providerZoneId}/${name}/${type}`,
  name: `${type} ${name}`,
  attributes: { zoneId: zone.providerZoneId, recordName: name, type, ttl, values },
});

/** Whether a server answers exactly the wanted values. */
function servesExactly({ values }: DnsRecordInput) {
  const wanted = values.join("\n");
  return (answer: ServerAnswer) =>
    answer.kind === "answered" && answer.values.map(normalizeIfAddress).sort().join("\n") === wanted;
  function normalizeIfAddress(value: string) {
    return /^[0-9a-f:.]+$/i.test(value) ? normalizeAddress(value) : value;
  }
}

/** What a pass over this one name would do with the row as it would be. */
async function preview(zone: Zone, row: DesiredRow, { signal }: StepContext): Promise<Plan> {
  if (zone.id === null) {
    const sets = await findRecordsAt(zone.providerZoneId, row.name, { signal });
    return planChanges({ zone: zone.name, rows: [row], sets });
  }
  const scope = { names: [row.name] };
  const { plan } = await look({ zoneId: zone.id, scope, signal, incoming: row, onRequest: () => {} });
  return plan;
}

/** Made and finished by an earlier run of the service: it stays that run's to take away. */
async function isEarlierRuns(ctx: StepContext, entry: LedgerEntry, own: DesiredRow): Promise<boolean> {
  if (own.state !== "in_sync") return false;
  const made = await ctx.ledger.list();
  return !made.some(({ kind, providerId }) => kind === entry.kind && providerId === entry.providerId);
}

const isTaken = (error: unknown) =>
  error instanceof AppError && (error.code === OWNED_BY_OTHER || error.code === CLAIMED_MEANWHILE);

/** Route 53's own words stand in the row. */
const assertAccepted = (row: DesiredRow | undefined) => {
  if (row?.state !== "error") return;
  const base = { code: REFUSED, message: "Route 53 refused the change.", retry: "permanent" } as const;
  throw new AppError({ ...base, ...(row.error === null ? {} : { detail: row.error }) });
};

/** A DNS record set in Route 53, answered by every authoritative server. */
export const dnsRecord = defineStep({
  name: "dns.record",
  queue: "dns",
  input: DnsRecordInput,
  maxAttempts: 12,

  async plan(input, ctx) {
    const zone = await findRootZone(ctx.signal);
    const row = toClaim(await findOwnRow(zone, input, ctx.service?.id ?? null), input);
    const plan = await preview(zone, row, ctx);
    assertPlanned(plan, row);
    const base = { kind: "dns record", name: `${input.type} ${input.name}` };
    const target = `${input.values.join(", ")}, TTL ${input.ttl}`;
    const change = plan.changes.find((one) => one.row === row);
    if (!change) return { changes: [{ ...base, action: "keep", detail: target }] };
    if (!change.before) return { changes: [{ ...base, action: "create", detail: target }] };
    const detail = `${change.before.values.join(", ")}, TTL ${change.before.ttl} → ${target}`;
    return { changes: [{ ...base, action: "change", detail }] };
  },

  async apply(input, ctx) {
    const zone = await ensureRootZone(ctx);
    const serviceId = ctx.service?.id ?? null;
    const entry = toEntry(zone, input);
    const own = await findOwnRow(zone, input, serviceId);
    const claimed = isClaimed(own, input);
    const isEarlier = claimed && (await isEarlierRuns(ctx, entry, own));
    if (claimed && !isEarlier) await ctx.ledger.plan(entry);
    const claim = {
      row: toClaim(own, input),
      // The ledger first: a row without it, which another pass has meanwhile brought to Route 53, looks like an earlier run's.
      commit: async () => {
        await ctx.ledger.plan(entry);
        try {
          return await claimRecord(ctx, zone, input);
        } catch (error) {
          if (isTaken(error)) await ctx.ledger.gone(entry.kind, entry.providerId);
          throw error;
        }
      },
    };
    const result = await syncZone(ctx, zone, { names: [input.name] }, claimed ? {} : { incoming: claim });
    assertPlanned(result.plan, input);
    const row = await findOwnRow(zone, input, serviceId);
    assertAccepted(row);
    if (result.created + result.changed === 0) ctx.log.info(`Route 53 already has ${describeRecord(input)}`);
    if (!isEarlier) await ctx.ledger.record(entry);
    await settleSync(ctx, result);
    const answers = await waitUntilServed(ctx, {
      zone: zone.name,
      name: input.name,
      type: input.type,
      accept: servesExactly(input),
      expectation: `answers ${input.values.join(", ")} for ${input.name} yet`,
    });
    return { changeId: row?.changeId ?? null, answeredBy: answers.map(({ server }) => server) };
  },

  async verify(input, ctx) {
    return verifyRecord(await findRootZone(ctx.signal), input, servesExactly(input), ctx);
  },

  async undo(resources, input, ctx) {
    const zone = await findRootZone(ctx.signal);
    const own = await findOwnRow(zone, input, ctx.service?.id ?? null).catch(() => undefined);
    const made = resources.filter(({ kind }) => kind === KIND);
    if (made.length === 0) return;
    if (own && zone.id !== null) {
      await releaseRecord(ctx, own.id);
      const result = await syncZone(ctx, { ...zone, id: zone.id }, { names: [input.name] });
      assertPlanned(result.plan, input);
      assertAccepted(await findOwnRow(zone, input, ctx.service?.id ?? null));
      await settleSync(ctx, result);
    } else ctx.log.info(`The panel has no ${input.type} record of ${input.name} for this service any more`);
    for (const resource of made) {
      await waitUntilForgotten(ctx, zone, input, [
        ...input.values,
        ...valuesOf(resource),
        ...(own?.wanted.values ?? []),
      ]);
      await ctx.ledger.gone(resource.kind, resource.providerId);
    }
  },

  async findLeft({ kind, providerId }, { name, type }, { signal }) {
    if (kind !== KIND) return null;
    const [zoneId = ""] = providerId.split("/");
    const sets = await findRecordsAt(zoneId, name, { signal });
    const left = sets.find((set) => set.type === type || set.type === "CNAME");
    return left ? `Route 53 still has ${left.type} ${name}.` : null;
  },
});

const valuesOf = ({ attributes: { values } }: LedgerResource) => (Array.isArray(values) ? values.map(String) : []);
