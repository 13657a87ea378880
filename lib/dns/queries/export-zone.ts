import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { notFound } from "#lib/platform/errors.ts";
import { type FileSet, writeZoneFile } from "../zone-file/write-zone-file.ts";
import { readValues } from "./record-row.ts";

const PAGE = 500;

async function* readOwn(zoneId: string): AsyncGenerator<FileSet> {
  let after = { name: "", id: "" };
  for (;;) {
    const rows = await db().dnsRecord.findMany({
      where: {
        zoneId,
        state: { notIn: ["removed", "removing"] },
        OR: [{ name: { gt: after.name } }, { name: after.name, id: { gt: after.id } }],
      },
      orderBy: [{ name: "asc" }, { id: "asc" }],
      take: PAGE,
    });
    for (const { name, type, ttl, values, description } of rows)
      yield { name, type, ttl, values: readValues(values), ...(description ? { comment: description } : {}) };
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { name: last.name, id: last.id };
  }
}

async function* readForeign(zoneId: string): AsyncGenerator<FileSet> {
  const rows = await db().dnsForeignRecord.findMany({ where: { zoneId }, orderBy: [{ name: "asc" }, { type: "asc" }] });
  for (const { name, type, ttl, values, alias, setIdentifier } of rows) {
    const note = [alias && `alias of ${alias}`, setIdentifier && `one of several: ${setIdentifier}`].filter(Boolean);
    // What no zone file can say is told in a comment.
    const isPlain = ttl !== null && note.length === 0;
    yield {
      ...{ name, type, ttl: ttl ?? 0, values: isPlain ? readValues(values) : [] },
      ...(isPlain ? {} : { comment: `${type} ${name}: ${note.join(", ")}; ${readValues(values).join(", ")}` }),
    };
  }
}

async function* inTurn(...sources: AsyncGenerator<FileSet>[]): AsyncGenerator<FileSet> {
  for (const source of sources) yield* source;
}

/** The panel's records of a zone as a BIND file, with what others have in it if asked. */
export async function exportZone(
  actor: UserActor,
  zoneId: string,
  { foreign = false }: { foreign?: boolean | undefined },
): Promise<{ fileName: string; body: AsyncGenerator<string> }> {
  authorize(actor, "zones.read");
  const zone = await db().dnsZone.findUnique({ where: { id: zoneId } });
  if (!zone) throw notFound("zone");
  const about = `${zone.name} as Seaworthy keeps it on ${new Date().toISOString()}${foreign ? ", with the records of others" : ""}`;
  const sets = foreign ? inTurn(readOwn(zoneId), readForeign(zoneId)) : readOwn(zoneId);
  return { fileName: `${zone.name}.zone`, body: writeZoneFile(zone.name, about, sets) };
}
