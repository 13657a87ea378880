import type { ServerAnswer } from "#lib/integrations/dns/authoritative.ts";
import { REFUSED } from "#lib/integrations/route53/errors.ts";
import { isSameContent, type RecordContent, replaceRecord } from "#lib/integrations/route53/records.ts";
import { AppError } from "#lib/platform/errors.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { LedgerEntry, StepContext } from "#lib/steps/types.ts";
import { claimRecord, findOwnRow, markRecord, type OwnRow } from "../commands/claim-record.ts";
import { ensureRootZone, findRootZone } from "../commands/ensure-root-zone.ts";
import { assertPlaceable, describeRecord, inspectRecord, type Standing } from "../commands/inspect-record.ts";
import { removeRecord } from "../commands/remove-record.ts";
import { verifyRecord } from "../commands/verify-record.ts";
import { waitUntilInSync, waitUntilServed } from "../commands/wait-until-served.ts";
import { normalizeAddress } from "../names.ts";
import type { Zone } from "../types.ts";
import { DnsRecordInput } from "./record-input.ts";

const KIND = "dns.record";

/** What the panel had put there before this step: noted before the row forgets it. */
interface Checkpoint {
  before: RecordContent;
}

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

async function inspect(zone: Zone, input: DnsRecordInput, ctx: StepContext) {
  assertPlaceable(zone, input);
  const own = await findOwnRow(zone, input, ctx.service?.id ?? null);
  const noted = ctx.checkpoint.get<Checkpoint>()?.before;
  const standing = await inspectRecord(zone, input, own && [own.content, ...(noted ? [noted] : [])], ctx.signal);
  return { own, standing };
}

/** Made and finished by an earlier run of the service: it stays that run's to take away. */
async function isEarlierRuns(ctx: StepContext, entry: LedgerEntry, own: OwnRow | undefined, standing: Standing) {
  if (standing.kind !== "as_wanted" || own?.state !== "in_sync") return false;
  const made = await ctx.ledger.list();
  return !made.some(({ kind, providerId }) => kind === entry.kind && providerId === entry.providerId);
}

async function change(zone: Zone, rowId: string, input: DnsRecordInput, standing: Standing, ctx: StepContext) {
  const { name, type, ttl, values } = input;
  await ctx.guard();
  ctx.log.info(`Route 53: ${standing.kind === "absent" ? "creating" : "changing"} ${describeRecord(input)}`);
  try {
    return await replaceRecord({
      zoneId: zone.providerZoneId,
      name,
      type,
      before: standing.kind === "absent" ? undefined : standing.set,
      after: { ttl, values },
      comment: `Seaworthy run ${ctx.run.id}, step ${ctx.step.key}`,
      signal: ctx.signal,
    });
  } catch (error) {
    if (error instanceof AppError && error.code === REFUSED)
      await markRecord(ctx, rowId, { state: "error", error: error.detail ?? error.message });
    throw error;
  }
}

/** A DNS record set in Route 53, answered by every authoritative server. */
export const dnsRecord = defineStep({
  name: "dns.record",
  queue: "dns",
  input: DnsRecordInput,
  maxAttempts: 12,

  async plan(input, ctx) {
    const { standing } = await inspect(await findRootZone(ctx.signal), input, ctx);
    const base = { kind: "dns record", name: `${input.type} ${input.name}` };
    const target = `${input.values.join(", ")}, TTL ${input.ttl}`;
    if (standing.kind === "absent") return { changes: [{ ...base, action: "create", detail: target }] };
    if (standing.kind === "as_wanted") return { changes: [{ ...base, action: "keep", detail: target }] };
    const detail = `${standing.content.values.join(", ")}, TTL ${standing.content.ttl} → ${target}`;
    return { changes: [{ ...base, action: "change", detail }] };
  },

  async apply(input, ctx) {
    const zone = await ensureRootZone(ctx);
    const { own, standing } = await inspect(zone, input, ctx);
    const entry = toEntry(zone, input);
    // Of an earlier attempt, when what stands there is its work.
    let changeId = standing.kind === "as_wanted" ? (own?.changeId ?? null) : null;
    let rowId = own?.id;
    if (standing.kind === "as_wanted") ctx.log.info(`Route 53 already has ${describeRecord(standing.set)}`);
    if (!rowId || !(await isEarlierRuns(ctx, entry, own, standing))) {
      if (standing.kind === "outdated") {
        const { ttl, values } = standing.content;
        await ctx.checkpoint.set({ before: { ttl, values } } satisfies Checkpoint);
      }
      rowId = await claimRecord(ctx, zone, input, changeId);
      await ctx.ledger.plan(entry);
      if (standing.kind !== "as_wanted") ({ changeId } = await change(zone, rowId, input, standing, ctx));
      await ctx.ledger.record(entry);
      await markRecord(ctx, rowId, { state: "pending", changeId });
      await waitUntilInSync(ctx, changeId);
    }
    const answers = await waitUntilServed(ctx, {
      zone: zone.name,
      name: input.name,
      type: input.type,
      accept: servesExactly(input),
      expectation: `answers ${input.values.join(", ")} for ${input.name} yet`,
    });
    await markRecord(ctx, rowId, { state: "in_sync" });
    return { changeId, answeredBy: answers.map(({ server }) => server) };
  },

  async verify(input, ctx) {
    return verifyRecord(await findRootZone(ctx.signal), input, servesExactly(input), ctx);
  },

  async undo(resources, input, ctx) {
    const zone = await findRootZone(ctx.signal);
    const own = await findOwnRow(zone, input, ctx.service?.id ?? null).catch(() => undefined);
    const made = resources.filter(({ kind }) => kind === KIND);
    // Died between the mark and the ledger: nothing was sent to Route 53 yet.
    if (made.length === 0 && own?.state === "pending") await markRecord(ctx, own.id, { state: "removed" });
    for (const resource of made) {
      const noted = readContent(resource.attributes);
      const contents = [input, ...(noted ? [noted] : []), ...(own ? [own.content] : [])];
      await removeRecord(
        ctx,
        zone,
        input,
        contents.filter((one, at) => contents.findIndex((c) => isSameContent(c, one)) === at),
      );
      if (own) await markRecord(ctx, own.id, { state: "removed" });
      await ctx.ledger.gone(resource.kind, resource.providerId);
    }
  },
});

function readContent({ ttl, values }: Record<string, unknown>): RecordContent | undefined {
  return typeof ttl === "number" && Array.isArray(values) ? { ttl, values: values.map(String) } : undefined;
}
