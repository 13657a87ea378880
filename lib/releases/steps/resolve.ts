import { pinImage } from "#lib/integrations/docker/images.ts";
import { readImageLabels } from "#lib/integrations/docker/registry.ts";
import { db, type Tx } from "#lib/platform/db/client.ts";
import { AppError, notFound } from "#lib/platform/errors.ts";
import { findRegistryAuth } from "#lib/registries/queries/find-registry-auth.ts";
import { defineStep } from "#lib/steps/define-step.ts";
import type { PlanResult, StepContext, VerifyResult } from "#lib/steps/types.ts";
import { contentHashOf } from "../approval/seal.ts";
import { readRelease } from "../queries/build-content.ts";
import type { ReleaseImages } from "../schema/content.ts";
import { type ResolveInput, resolveInputSchema } from "../schema/steps.ts";

/** Labels by which an image says where it came from. */
const OCI = {
  revision: "org.opencontainers.image.revision",
  source: "org.opencontainers.image.source",
  version: "org.opencontainers.image.version",
} as const;
const LABELS_MAX = 200;

interface ResolveOutput {
  images: ReleaseImages;
  contentHash: string;
}

/** A release's tag becomes a digest, and its image says where it came from. From then on the release never changes. */
export const releasesResolve = defineStep({
  name: "releases.resolve",
  queue: "releases",
  input: resolveInputSchema,
  maxAttempts: 6,
  plan: planResolve,
  apply: applyResolve,
  verify: verifyResolve,
  undo: async () => {},
});

async function findRow(tx: Tx, releaseId: string) {
  const row = await tx.release.findUnique({ where: { id: releaseId } });
  if (!row) throw notFound("release");
  return row;
}

const pinWith = async (image: string, ctx: StepContext) =>
  pinImage(image, ctx.signal, await findRegistryAuth(image, ctx));

async function planResolve({ releaseId }: ResolveInput, ctx: StepContext): Promise<PlanResult> {
  const { images } = readRelease(await findRow(db(), releaseId));
  const image = await pinWith(images.app ?? "", ctx);
  return { changes: [{ action: "check", kind: "image", name: image }] };
}

/** What the image says of itself. An engine that cannot pull it now leaves the release without labels, not without a digest. */
async function readLabels(image: string, ctx: StepContext): Promise<Record<string, string>> {
  try {
    const labels = await readImageLabels(image, await findRegistryAuth(image, ctx), ctx.signal);
    return Object.fromEntries(Object.entries(labels).slice(0, LABELS_MAX));
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof AppError)) throw error;
    ctx.log.warn(`The image's labels cannot be read: ${error.detail ?? error.message}`);
    return {};
  }
}

const asCommit = (text: string | undefined) => (text && /^[0-9a-f]{7,64}$/.test(text) ? text : null);
const asAddress = (text: string | undefined) => (text && /^https?:\/\/\S{1,390}$/.test(text) ? text : null);

async function applyResolve({ releaseId }: ResolveInput, ctx: StepContext): Promise<ResolveOutput> {
  const row = await findRow(db(), releaseId);
  const { images: written, template, migrations } = readRelease(row);
  if (row.state === "ready" && row.contentHash) return { images: written, contentHash: row.contentHash };
  const images: ReleaseImages = {};
  for (const [name, image] of Object.entries(written)) images[name] = await pinWith(image, ctx);
  const app = images.app ?? "";
  ctx.log.info(`${written.app} is ${app}`);
  const labels = await readLabels(app, ctx);
  for (const [name, value] of Object.entries(labels)) ctx.log.info(`${name}: ${value}`);

  const contentHash = contentHashOf({ images, template, migrations });
  await ctx.write(async (tx) => {
    await refuseSame(tx, row, contentHash);
    // Only what is still being resolved: a release never changes.
    await tx.release.updateMany({
      where: { id: releaseId, state: { not: "ready" } },
      data: {
        state: "ready",
        error: null,
        images,
        labels,
        contentHash,
        commitId: row.commitId ?? asCommit(labels[OCI.revision]),
        sourceUrl: row.sourceUrl ?? asAddress(labels[OCI.source]),
      },
    });
  });
  return { images, contentHash };
}

/** A forge rings for many reasons: the same image again is nothing new. People may have their reasons. */
async function refuseSame(tx: Tx, row: { serviceId: string; number: number; origin: string }, contentHash: string) {
  if (row.origin !== "webhook") return;
  const newest = await tx.release.findFirst({
    where: { serviceId: row.serviceId, state: "ready", number: { lt: row.number } },
    orderBy: { number: "desc" },
    select: { number: true, contentHash: true },
  });
  if (newest?.contentHash !== contentHash) return;
  throw new AppError({
    code: "releases.nothing_new",
    message: `It is exactly release ${newest.number}: the image has not changed.`,
    advice: "Ring when the image has been pushed: on a finished pipeline or a published package.",
    status: 422,
  });
}

async function verifyResolve({ releaseId }: ResolveInput, ctx: StepContext): Promise<VerifyResult> {
  const { images } = readRelease(await findRow(db(), releaseId));
  const image = images.app ?? "";
  const there = await pinWith(image.split("@")[0] ?? "", ctx);
  return there === image
    ? { ok: true, reason: `The registry still has ${image} under its tag.` }
    : { ok: false, reason: `The tag is ${there} by now.` };
}
