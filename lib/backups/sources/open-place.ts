import { startScratch } from "#lib/integrations/docker/containers.ts";
import { findVolume } from "#lib/integrations/docker/swarm.ts";
import { startProgram } from "#lib/integrations/programs/run.ts";
import { config } from "#lib/platform/config/config.ts";
import { AppError } from "#lib/platform/errors.ts";
import type { StepContext } from "#lib/steps/types.ts";
import { inContainer, type Place } from "../dump/place.ts";
import { helperLimits, helperWork, removeScratch, scratchLabels, scratchName } from "../prove/scratch-container.ts";
import type { BackupSource, SourceOf } from "../schema/source.ts";
import { findDatabaseTask } from "./find-database.ts";
import { findElsewhere, isOnSharedStorage, type Mounted } from "./find-elsewhere.ts";
import { openHelperService } from "./helper-service.ts";
import { refuseMoved } from "./refuse-moved.ts";

/** Where a folder that is backed up stands in its helper, read-only. */
export const SOURCE_FOLDER = "/source";
/** In the helper's memory: what its programs keep while they work. */
export const WORK_FOLDER = "/work";
/** Room for the list of a folder's files: whoever reads such a list must have as much as who wrote it. */
export const WORK_BYTES = 512 * 1_048_576;

const NO_FOLDER = "backups.no_folder";

export type OpenPlace = Place & {
  /** Where the database is from there; undefined: in the same container. */
  host?: string;
};

/**
 * Where the programs that read a source run: the task's own container on this node; a helper on the database's network where the
 * task is on another; a helper without any network for folders and volumes; the worker itself for the panel.
 */
export async function openPlace(
  source: BackupSource,
  ctx: StepContext,
  { always, part = "" }: { always?: "helper"; part?: string } = {},
): Promise<OpenPlace> {
  switch (source.kind) {
    case "panel":
      return { run: startProgram, containerId: null, image: null, close: async () => {} };
    case "files":
      await refuseMoved("files", ctx);
      return openMounted({ kind: "bind", source: source.path }, ctx);
    case "volume":
      await refuseMoved("volume", ctx);
      return openVolume(source, ctx);
    default: {
      const task = await findDatabaseTask(source.swarmService, source.stackName, ctx.signal);
      if (task.containerId === null || always === "helper") return openHelperService(task, ctx, part);
      const { containerId, image } = task;
      return { run: inContainer(containerId), containerId, image, close: async () => {} };
    }
  }
}

async function openVolume({ volumeName }: SourceOf<"volume">, ctx: StepContext): Promise<Place> {
  const mounted: Mounted = { kind: "volume", source: volumeName };
  // Docker would make an empty one.
  if ((await findVolume(volumeName, ctx.signal)) === null)
    throw (
      (await findElsewhere(mounted, ctx)) ??
      new AppError({
        code: "backups.no_volume",
        message: `There is no volume ${volumeName} on the worker's node.`,
        advice: "Check the name, and that a worker runs on the node that has it.",
        retry: "needs_person",
      })
    );
  return openMounted(mounted, ctx);
}

/** Only what is used here, or is the same on every node that mounts it: another node's may be older, or empty. */
async function openMounted(mounted: Mounted, ctx: StepContext): Promise<Place> {
  const elsewhere = await findElsewhere(mounted, ctx);
  const place = await openFolder(mounted, ctx).catch((error: unknown) => {
    throw elsewhere && error instanceof AppError && error.code === NO_FOLDER ? elsewhere : error;
  });
  try {
    if (elsewhere && !(await isOnSharedStorage(place.run, SOURCE_FOLDER, ctx.signal))) throw elsewhere;
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function openFolder(mount: Mounted, ctx: StepContext): Promise<Place> {
  const image = config().BACKUP_HELPER_IMAGE;
  if (!image)
    throw new AppError({
      code: "backups.no_helper_image",
      message: "BACKUP_HELPER_IMAGE names no image, so folders and volumes cannot be read.",
      advice: "Set it to the panel's own image.",
      retry: "needs_person",
    });
  const name = scratchName(ctx, "source");
  await ctx.guard();
  try {
    const { id } = await startScratch(
      {
        ...helperLimits(),
        name,
        image,
        env: {},
        labels: scratchLabels(ctx),
        entrypoint: ["tail", "-f", "/dev/null"],
        command: [],
        user: "0:0",
        tmpfs: { [WORK_FOLDER]: helperWork(WORK_BYTES) },
        mounts: [{ ...mount, target: SOURCE_FOLDER, readOnly: true }],
        // To read what belongs to others; nothing else.
        capabilities: ["DAC_OVERRIDE"],
      },
      ctx.signal,
    );
    return { run: inContainer(id), containerId: id, image: null, close: () => removeScratch(name, ctx) };
  } catch (error) {
    await removeScratch(name, ctx);
    throw noFolder(mount.source, error) ?? error;
  }
}

function noFolder(path: string, error: unknown): AppError | undefined {
  if (!(error instanceof AppError) || !/bind source path does not exist/i.test(error.detail ?? "")) return undefined;
  return new AppError({
    code: NO_FOLDER,
    message: `There is no folder ${path} on the worker's node.`,
    advice: "Check the path, and that a worker runs on the node that has it.",
    ...(error.detail ? { detail: error.detail } : {}),
    retry: "needs_person",
    cause: error,
  });
}
