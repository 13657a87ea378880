import { randomBytes, randomUUID } from "node:crypto";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { manifestKey } from "../dump/paths.ts";
import type { Manifest } from "../schema/manifest.ts";
import { manifestOf } from "./points.ts";

export const putObject = (store: ObjectStore, key: string, data: Uint8Array) =>
  store.put(
    key,
    (async function* () {
      yield data;
    })(),
    { signal: new AbortController().signal },
  );

/** A point's objects in the target; with a row for it unless `unknown`. */
export async function storePoint(
  targetId: string,
  store: ObjectStore,
  service: { id: string; name: string },
  unknown = false,
) {
  const id = randomUUID();
  const key = `${service.name}/production/database/20261121T031200Z-${id.slice(0, 8)}`;
  const data = randomBytes(500);
  const part = { name: "database", key: `${key}/database.sql.zst`, sizeBytes: data.length, sha256: "0".repeat(64) };
  const manifest: Manifest = manifestOf(id, { service: service.name, parts: [part] });
  await putObject(store, part.key, data);
  await putObject(store, manifestKey(key), Buffer.from(JSON.stringify(manifest)));
  if (unknown) return { id, key, part };
  const names = { environment: "production", policy: "database", engine: "mariadb" };
  await db().backup.create({
    data: {
      ...{ id, key, targetId, manifest },
      ...names,
      serviceId: service.id,
      state: "stored",
      finishedAt: new Date(0),
    },
  });
  return { id, key, part };
}
