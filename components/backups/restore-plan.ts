import { isDatabaseKind } from "#lib/backups/constants.ts";
import type { Destination, RestoreInput } from "#lib/backups/schema/restore.ts";
import type { BackupPoint } from "#lib/backups/types.ts";
import { formatBytes, formatDuration, plural } from "#lib/platform/format.ts";
import { databasesOf } from "./restore-draft.ts";

/** One thing the restore will do, in order. */
export interface PlanLine {
  text: string;
  /** Living data or a running app is touched. */
  isGrave?: boolean;
}

/** "about 4 min 10 s", from when it was last restored to prove it; null when nobody knows. */
export const aboutTime = (point: BackupPoint): string | null =>
  point.restoreMs === null ? null : `about ${formatDuration(point.restoreMs)}`;

const whole = (point: BackupPoint) =>
  isDatabaseKind(point.engine) ? "database" : point.engine === "volume" ? "volume" : "folder";

/** The living one, by its name. */
const nameLiving = (to: Destination, { database }: RestoreInput) =>
  to.isServer ? (database ?? "the living one") : to.database;

/** The same with the server that has it, where one does. */
export const nameData = ({ database, swarmService }: Destination): string =>
  swarmService === null ? database : `${database} of ${swarmService}`;

const pieceOf = (point: BackupPoint) =>
  point.engine === "mongodb" ? "collection" : isDatabaseKind(point.engine) ? "table" : "path";

/** Databases that cannot be renamed are filled again while the app stands still. */
const isCopied = ({ engine }: BackupPoint) => engine === "mariadb" || engine === "mysql" || engine === "mongodb";

/** Whether what stands beside could ever take the living one's place. */
const maySwapLater = (to: Destination, { only, mask }: RestoreInput) =>
  only.length === 0 && to.noSwap === null && !(mask && to.production && !to.elsewhere);

/** What pressing the button would do, as the run would. */
export function planRestore(point: BackupPoint, to: Destination, input: RestoreInput): PlanLine[] {
  const living = nameLiving(to, input);
  const isSwap = input.mode === "swap";
  const thing = whole(point);
  const time = aboutTime(point);
  const part =
    input.only.length > 0
      ? `${plural(input.only.length, pieceOf(point))} of it`
      : databasesOf(point).length > 1
        ? `all of ${input.database ?? "one database"}`
        : `all of it${point.rawBytes ? `, ${formatBytes(point.rawBytes)} unpacked` : ""}`;
  const there = nameData({ ...to, database: living });
  const lines: (PlanLine | false)[] = [
    isSwap && !to.own && { text: `This is other data than the backup is of: it replaces ${there}.`, isGrave: true },
    isSwap && { text: `Back up ${there} as it is now, so that nothing of today is lost.` },
    { text: `Read the backup from ${point.target.name} and check its SHA-256 on the way.` },
    input.mask && {
      text: "Restore it into a throw-away server without network, run the policy’s masking there, and take only the masked rows on.",
    },
    point.manifest?.oplog === true && {
      text: "Restore everything into a throw-away server without network, replay there what was written meanwhile, and take only this database on.",
    },
    {
      text: `Restore ${part} into a new ${thing} beside ${there}${time ? `: ${time}` : ""}. The living data is not touched.`,
    },
    isDatabaseKind(point.engine) && {
      text: `Count the ${point.engine === "mongodb" ? "documents of every collection" : "rows of every table"} and compare them with ${input.mask ? "what the masking left" : "the manifest"}.`,
    },
    isSwap && {
      text: `Stop the app of ${to.service} (${to.production ? "production" : to.environment}).`,
      isGrave: true,
    },
    isSwap && {
      text: isCopied(point)
        ? `Keep the living ${thing} as ${living}_before_… and load the restored one in its place. The app is down meanwhile${time ? `: ${time}` : ", as long as loading takes"}.`
        : `Keep the living ${thing} as ${living}${isDatabaseKind(point.engine) ? "_before_…" : ".before-…"} and put the restored one in its place. The app is down for some seconds.`,
      isGrave: true,
    },
    isSwap && { text: "Count again, and start the app with as many replicas as before." },
    !isSwap && {
      text: maySwapLater(to, input)
        ? "Stop there. You look at it, and swap it in or remove it from this backup’s page."
        : "Stop there. You look at it, and remove it from this backup’s page when nobody needs it any more.",
    },
  ];
  return lines.filter((line) => line !== false);
}

/** What the one button says it does. */
export function nameRestore(to: Destination, input: RestoreInput): string {
  const living = nameLiving(to, input);
  if (input.mode === "swap") return `Replace ${living} of ${to.service}`;
  return `Restore beside ${living} of ${to.service}`;
}
