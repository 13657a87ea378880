import { may } from "#lib/access/policy.ts";
import { type Account, actorOfAccount } from "#lib/access/roles.ts";
import type { Actor } from "#lib/access/types.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { ObjectStore } from "#lib/integrations/object-store/types.ts";
import { sha256 } from "#lib/platform/crypto.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { AppError, conflict, notFound } from "#lib/platform/errors.ts";
import { findPoint, type Point } from "../queries/find-point.ts";
import { fromStore, fromText, measureTar, readWhole, writeTar } from "../restore/tar-point.ts";
import type { Manifest } from "../schema/manifest.ts";
import { openTarget } from "../targets/open-target.ts";

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
/** How long a download goes on after its link was revoked, at the most. */
const LOOK_MS = 5_000;
const unknownLink = () => notFound("download");

export interface LinkRequest {
  requestId: string;
  /** HEAD gives no byte, and so counts as no use. */
  method: string;
  signal: AbortSignal;
}

export interface OpenedLink {
  fileName: string;
  sizeBytes: number;
  body: AsyncIterable<Uint8Array>;
}

/**
 * The point behind a link's token. Expired, revoked, unknown, never made, made by somebody who may no longer, and of a point that
 * is no good one any more: one answer. Each download is written down, with who made the link, before its first byte leaves.
 */
export async function openLink(token: string, { requestId, method, signal }: LinkRequest): Promise<OpenedLink> {
  if (!TOKEN.test(token)) throw unknownLink();
  const tokenHash = sha256(token);
  const { point, manifest } = await transaction(async (tx) => {
    const link = await tx.backupLink.findUnique({ where: { tokenHash }, include: { by: true } });
    if (!link || link.revokedAt || link.expiresAt <= new Date()) throw unknownLink();
    const found = await findPoint(tx, link.backupId);
    if (!isGood(found) || !found.described || !stillMayGive(link.by, found, requestId)) throw unknownLink();
    return { point: found, manifest: found.described };
  });
  const store = await openStore(point, manifest, signal);
  if (method === "HEAD") {
    await store.close();
    return { ...announce(point, manifest), body: nothing() };
  }
  try {
    await noteDownload(tokenHash, point, requestId);
  } catch (error) {
    await store.close();
    throw error;
  }
  // Somebody who goes away before the first byte never reads to an end.
  signal.addEventListener("abort", () => void store.close(), { once: true });
  return { ...announce(point, manifest), body: closing(untilRevoked(pack(store, manifest, signal), tokenHash), store) };
}

/** Found bad since the link was made, it is given to nobody. That its objects are not there is said in words instead. */
const isGood = ({ state, removedAt }: Point) => removedAt === null && (state === "stored" || state === "verified");

/** A link gives no more than who made it may give now. */
function stillMayGive(maker: Account, { service, serviceId }: Point, requestId: string): boolean {
  const resource = { ownerId: service?.ownerId ?? null, serviceId };
  return may(actorOfAccount(maker, requestId), "backups.link", resource).ok;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Opens where it is stored, and looks whether everything of it can be had from here. */
async function openStore(point: Point, manifest: Manifest, signal: AbortSignal): Promise<ObjectStore> {
  const store = await openTarget(point.targetId);
  try {
    for (const part of manifest.parts) {
      const size = await store.size(part.key, signal);
      if (size !== part.sizeBytes) throw unreachable(point, part.key);
    }
    return store;
  } catch (error) {
    await store.close();
    if (error instanceof AppError && error.status === 503) throw error;
    throw unreachable(point, error instanceof Error ? error.message : "");
  }
}

const unreachable = ({ target }: Point, detail: string) =>
  new AppError({
    code: "backups.unreachable_here",
    message: `The objects of this point cannot be read from the panel's web process now (target “${target.name}”).`,
    advice:
      target.kind === "disk"
        ? "A folder on disk has to be mounted in the web process too, at the same place as in the workers."
        : "Look at the target's page: its last check says what is wrong.",
    detail,
    retry: "retry",
    status: 503,
  });

async function noteDownload(tokenHash: Uint8Array<ArrayBuffer>, point: Point, requestId: string): Promise<void> {
  await transaction(async (tx) => {
    const link = await tx.backupLink.update({
      where: { tokenHash },
      data: { uses: { increment: 1 } },
      include: { by: { select: { displayName: true } } },
    });
    if (link.revokedAt) throw unknownLink();
    const actor: Actor = { kind: "system", name: "download link", requestId };
    await recordAudit(tx, actor, {
      action: "backups.download",
      subjectType: "backup",
      subjectId: point.id,
      detail: {
        linkId: link.id,
        linkBy: link.by.displayName,
        linkById: link.byId,
        reason: link.reason,
        service: point.service?.name ?? null,
      },
    });
  });
}

const manifestFile = (manifest: Manifest) => fromText("manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
const fileName = (key: string) => key.split("/").at(-1) ?? key;

/** What the browser is told before the first byte. */
function announce(point: Point, manifest: Manifest): Omit<OpenedLink, "body"> {
  const base = [point.service?.name ?? "seaworthy", point.environment, fileName(point.key)].join("-");
  const [first, ...rest] = manifest.parts;
  if (first && rest.length === 0) return { fileName: `${base}-${fileName(first.key)}`, sizeBytes: first.sizeBytes };
  return { fileName: `${base}.tar`, sizeBytes: measureTar([...manifest.parts, manifestFile(manifest)]) };
}

/** One object as it is; several as an archive, with the manifest. */
function pack(store: ObjectStore, manifest: Manifest, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const files = manifest.parts.map((part) => fromStore(store, part.key, part.sizeBytes, signal));
  const [first, ...rest] = files;
  if (first && rest.length === 0) return readWhole(first);
  return writeTar([...files, manifestFile(manifest)], new Date(manifest.startedAt));
}

/** Breaks off when the link is revoked: whoever reads gets less than was announced, and so knows it. */
async function* untilRevoked(
  body: AsyncIterable<Uint8Array>,
  tokenHash: Uint8Array<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  let lookedAt = Date.now();
  for await (const chunk of body) {
    if (Date.now() - lookedAt >= LOOK_MS) {
      lookedAt = Date.now();
      const link = await db().backupLink.findUnique({ where: { tokenHash }, select: { revokedAt: true } });
      if (!link || link.revokedAt) throw conflict("backups.link_revoked", "The link was revoked while it was read.");
    }
    yield chunk;
  }
}

/** Closes the store when the last byte is read, or when whoever reads goes away. */
async function* closing(body: AsyncIterable<Uint8Array>, store: ObjectStore): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    await store.close();
  }
}
