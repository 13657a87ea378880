import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { invalid, notFound } from "#lib/platform/errors.ts";
import { ringRun } from "#lib/runs/ring.ts";
import { readValues } from "../queries/record-row.ts";
import { IMPORT_OUTCOMES } from "../schema/zones.ts";
import type { ImportLine, ImportPreview, ImportResult, ImportZone } from "../types.ts";
import { type JudgedImport, judgeImport } from "../zone-file/judge-import.ts";
import { parseZoneFile } from "../zone-file/parse-zone-file.ts";
import { lockZone } from "./lock-rows.ts";
import { requestSync } from "./request-sync.ts";
import { writeSets } from "./take-over.ts";

/** More are imported in several files: one transaction writes them all. */
const SETS_MAX = 5_000;

async function judgeFile(tx: Tx, zoneId: string, text: string): Promise<JudgedImport & { zone: string }> {
  const zone = await tx.dnsZone.findUnique({ where: { id: zoneId }, select: { name: true } });
  if (!zone) throw notFound("zone");
  const own = await tx.dnsRecord.findMany({
    where: { zoneId, state: { not: "removed" } },
    select: { name: true, type: true, ttl: true, values: true },
  });
  const foreign = await tx.dnsForeignRecord.findMany({ where: { zoneId } });
  const present = {
    own: own.map((row) => ({ ...row, values: readValues(row.values) })),
    foreign: foreign.map((row) => ({ ...row, values: readValues(row.values) })),
  };
  const judged = judgeImport(zone.name, parseZoneFile(text, zone.name), present);
  if (judged.sets.length > SETS_MAX)
    throw invalid({ text: `The file has ${judged.sets.length} new record sets; ${SETS_MAX} can be imported at once.` });
  return { ...judged, zone: zone.name };
}

const countOutcomes = (lines: readonly ImportLine[]): ImportPreview["counts"] =>
  Object.fromEntries(
    IMPORT_OUTCOMES.map((outcome) => [outcome, lines.filter((line) => line.outcome === outcome).length]),
  ) as ImportPreview["counts"];

/** What importing the file would do, line by line. Changes nothing. */
export async function previewImport(actor: UserActor, zoneId: string, { text }: ImportZone): Promise<ImportPreview> {
  authorize(actor, "zones.import");
  const { lines } = await judgeFile(db(), zoneId, text);
  return { lines, counts: countOutcomes(lines) };
}

/** Imports what the preview says can be; judged again, for the zone may have changed since. */
export async function importZone(actor: UserActor, zoneId: string, input: ImportZone): Promise<ImportResult> {
  authorize(actor, "zones.import");
  const { text, ...assignee } = input;
  const result = await transaction(async (tx) => {
    await lockZone(tx, zoneId);
    const { lines, sets, zone } = await judgeFile(tx, zoneId, text);
    const counts = countOutcomes(lines);
    if (sets.length === 0) return { lines, counts, runId: null };
    const taken = sets.map(({ record, foreignId }) => ({ record, isThere: foreignId !== null }));
    await writeSets(tx, actor, zoneId, taken, { action: "records.import", assignee });
    const adopted = sets.flatMap(({ foreignId }) => foreignId ?? []);
    await tx.dnsForeignRecord.deleteMany({ where: { id: { in: adopted } } });
    const run = await requestSync(tx, actor, zoneId, `Import ${sets.length} records into ${zone}`);
    await recordAudit(tx, actor, {
      action: "zones.import",
      subjectType: "zone",
      subjectId: zoneId,
      detail: { zone, ...counts, runId: run.runId },
    });
    return { lines, counts, runId: run.runId };
  });
  if (result.runId !== null) await ringRun(result.runId);
  return result;
}
