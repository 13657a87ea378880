import type { SqlBackupSource } from "#lib/backups/restore/database-entry.ts";
import type { RouteInput } from "#lib/ingress/schema.ts";
import { LOW_TTL_S, MOVE_KEYS, type MoveMode } from "#lib/moves/constants.ts";
import type { MovePlace, MoveProbe, MovingFolder } from "#lib/moves/schema/steps.ts";
import { defineChecklist, type Rule, repeat } from "./define-checklist.ts";
import { resumeMonitors } from "./maintenance.ts";

/** A name that is to point somewhere else. */
export interface MovingRecord {
  name: string;
  ttl: number;
  from: string[];
  to: string[];
}

/** What a move of one environment to another host is compiled from. */
export interface MoveRun extends MovePlace {
  mode: MoveMode;
  budgetS: number;
  waitForGo: boolean;
  replaceLeftovers: boolean;
  foldersShared: boolean;
  /** Two of it would write the same files at once, so its copy is not started. */
  sharesFiles: boolean;
  /** Inputs of `swarm.stack`: on the new host, as a copy beside it, and as it was. */
  stack: Record<string, unknown>;
  copy: Record<string, unknown>;
  before: Record<string, unknown>;
  /** null: it has no database of its own. */
  database: SqlBackupSource | null;
  copyDatabase: SqlBackupSource | null;
  /** Folders and volumes that go along; the database's own volume does not, its rows do. */
  folders: readonly MovingFolder[];
  records: readonly MovingRecord[];
  route: RouteInput | null;
  routeBefore: RouteInput | null;
  probe: MoveProbe | null;
  probeBefore: MoveProbe | null;
  upstreamHost: string;
  upstreamBefore: string;
  ipv4: string | null;
  placementBefore: Record<string, string>;
  /** Why production may move before staging did; null: staging has moved there, or there is none. */
  stagingWaiver: string | null;
  /** Names whose zone is purged; empty: no Cloudflare. */
  purge: readonly string[];
}

type MoveRule = Rule<MoveRun>;
export const noRecords: MoveRule = ({ records }) =>
  records.length === 0 ? "Its names stay where they point: nothing changes in DNS." : undefined;
const slowRecords = ({ records }: MoveRun) => records.filter(({ ttl }) => ttl > LOW_TTL_S);
const noSlowRecords: MoveRule = (context) =>
  noRecords(context) ??
  (slowRecords(context).length === 0 ? `Its names are answered for ${LOW_TTL_S} s or less already.` : undefined);
export const noDatabase: MoveRule = ({ database }) =>
  database === null ? "It has no database of its own." : undefined;
const shared: MoveRule = ({ foldersShared }) =>
  foldersShared ? "Its folder is on storage that both hosts see." : undefined;
const bound = ({ folders, foldersShared }: MoveRun) => folders.filter(({ kind }) => kind === "bind" && !foldersShared);
const kept = ({ folders, foldersShared }: MoveRun) => folders.filter(({ kind }) => kind === "volume" || !foldersShared);
const noFolder: MoveRule = (context) =>
  shared(context) ?? (bound(context).length === 0 ? "It keeps no folder." : undefined);
const nothingKept: MoveRule = (context) =>
  kept(context).length === 0
    ? (shared(context) ?? "It keeps no folder and no volume besides its database.")
    : undefined;
export const noRoute: Rule<Pick<MoveRun, "route">> = ({ route }) =>
  route === null ? "The panel looks after no route of it at a reverse proxy." : undefined;

export const place = ({
  stackName,
  copyStackName,
  fromHost,
  toHost,
  networkName,
}: MovePlace): Record<string, unknown> => ({
  ...{ stackName, copyStackName, networkName, fromHost, toHost },
});
const folderInput = (folder: MovingFolder, context: MoveRun, pass: "first" | "last") => ({
  ...place(context),
  ...{ folder, pass, replaceLeftovers: context.replaceLeftovers },
});
const keyOf = (_folder: MovingFolder) => _folder.key;

/** Minutes that monitors stay paused at most: three times the budget, for what takes longer is looked at by people. */
const pauseMinutes = (budgetS: number) => Math.min(1_440, Math.max(15, Math.ceil((budgetS * 3) / 60)));

/**
 * A service moves to another host of the swarm: prepared and tried beside what runs, then within one measured downtime stopped,
 * copied, compared and started there. Nothing of the old place is taken away; until its names point elsewhere it can go back.
 */
export const MOVE = defineChecklist<MoveRun>({
  key: MOVE_KEYS.move,
  version: 1,
  title: "Move to another host",
  items: [
    {
      key: "check",
      step: "moves.check",
      about: "Look whether it can move",
      essential: true,
      title: ({ fromHost, toHost }) => `Look whether it can move from ${fromHost} to ${toHost}`,
      input: (context) => ({
        ...place(context),
        ...{ hasDatabase: context.database !== null, stagingWaiver: context.stagingWaiver },
        newUpstream: context.upstreamHost === context.upstreamBefore ? null : context.upstreamHost,
        volumes: kept(context).flatMap(({ kind, source }) => (kind === "volume" ? [source] : [])),
      }),
    },
    repeat({
      key: "ttl",
      step: "dns.record",
      about: "Let its names be asked for more often",
      dependsOn: ["check"],
      skip: noSlowRecords,
      each: slowRecords,
      entryKey: ({ name }) => name.slice(0, 60),
      entryTitle: ({ name, ttl }) => `Lower the TTL of ${name} from ${ttl} s to ${LOW_TTL_S} s`,
      entryInput: ({ name, from }) => ({ name, type: "A", values: from, ttl: LOW_TTL_S }),
    }),
    repeat({
      key: "first-copy",
      step: "moves.copy-folder",
      about: "Copy its folder a first time",
      dependsOn: ["check"],
      skip: noFolder,
      each: bound,
      entryKey: keyOf,
      entryTitle: ({ source }, { toHost }) => `Copy ${source} to ${toHost} while it is in use`,
      entryInput: (folder, context) => folderInput(folder, context, "first"),
    }),
    {
      key: "prepare",
      step: "swarm.stack",
      about: "Start a copy on the new host",
      dependsOn: ["check", "first-copy"],
      essential: true,
      title: ({ copyStackName, toHost }) => `Start it as ${copyStackName} on ${toHost}, beside what runs`,
      input: ({ copy }) => copy,
    },
    {
      key: "try",
      step: "moves.try",
      about: "Try the copy",
      dependsOn: ["prepare"],
      title: ({ probe, toHost, sharesFiles }) => {
        if (sharesFiles) return `Leave the app on ${toHost} untried: two of it would write the same files`;
        return probe
          ? `Ask ${probe.host}:${probe.port} whether it answers on ${toHost}`
          : `See that it runs on ${toHost}`;
      },
      input: (context) => ({ ...place(context), probe: context.sharesFiles ? null : context.probe }),
    },
    {
      key: "wait",
      step: "moves.wait",
      about: "Wait until nobody remembers the old TTL",
      dependsOn: ["ttl"],
      skip: noSlowRecords,
      title: (context) => `Wait ${Math.max(...slowRecords(context).map(({ ttl }) => ttl))} s, the old TTL`,
      input: (context) => ({ seconds: Math.max(...slowRecords(context).map(({ ttl }) => ttl)) }),
    },
    {
      key: "go",
      step: "manual",
      about: "Say when the downtime begins",
      dependsOn: ["check", "ttl", "try", "wait"],
      skip: ({ waitForGo }) => (waitForGo ? undefined : "It was asked to begin as soon as all is ready."),
      title: ({ serviceName, mode }) =>
        mode === "stop" ? `Say when ${serviceName} may go down` : `Say when ${serviceName} may become read-only`,
      instructions: ({ toHost, budgetS, mode }) =>
        [
          `All is ready on **${toHost}**. From here on it is ${mode === "stop" ? "down" : "read-only, then down for a moment"} until the new host answers; the budget is ${budgetS} s.`,
          "",
          "1. Tell who uses it.",
          "2. See that nobody is deploying or changing its data.",
          "3. Confirm here: the downtime begins at once.",
        ].join("\n"),
    },
    {
      key: "pause-monitors",
      step: "watching.pause",
      about: "Pause its monitors",
      dependsOn: ["go", "try", "wait"],
      title: ({ serviceName }) => `Pause the monitors of ${serviceName}`,
      input: ({ budgetS, toHost }) => ({ minutes: pauseMinutes(budgetS), reason: `It moves to ${toHost}.` }),
    },
    {
      key: "stop",
      step: "moves.stop",
      about: "Stop writing on the old host",
      dependsOn: ["prepare", "try", "pause-monitors"],
      essential: true,
      title: ({ mode, fromHost }) =>
        mode === "stop" ? `Stop it on ${fromHost}; the downtime begins` : `Make its database on ${fromHost} read-only`,
      input: (context) => ({ ...place(context), mode: context.mode, database: context.database }),
    },
    {
      key: "copy-data",
      step: "moves.copy-data",
      about: "Copy its database and compare the rows",
      dependsOn: ["stop"],
      essential: true,
      skip: noDatabase,
      title: ({ toHost, database }) => `Copy ${database?.databaseName} to ${toHost} and compare it row for row`,
      input: ({ database, copyDatabase }) => ({ from: database, to: copyDatabase }),
    },
    repeat({
      key: "copy-files",
      step: "moves.copy-folder",
      about: "Copy its folders and volumes and compare every file",
      dependsOn: ["stop"],
      essential: true,
      skip: nothingKept,
      each: kept,
      entryKey: keyOf,
      entryTitle: ({ source }, { toHost }) => `Copy ${source} to ${toHost} and compare every file`,
      entryInput: (folder, context) => folderInput(folder, context, "last"),
    }),
    {
      key: "clear",
      step: "moves.clear",
      about: "Stop the copy, whose data is taken over",
      dependsOn: ["copy-data", "copy-files"],
      essential: true,
      title: ({ copyStackName }) => `Stop ${copyStackName}; what was copied stays on its disk`,
      input: place,
    },
    {
      key: "stack",
      step: "swarm.stack",
      about: "Run it on the new host",
      dependsOn: ["clear"],
      essential: true,
      title: ({ stackName, toHost }) => `Run stack ${stackName} on ${toHost} with what was copied`,
      input: ({ stack }) => stack,
    },
    {
      key: "settle",
      step: "moves.settle",
      about: "Write down where it runs",
      dependsOn: ["stack"],
      essential: true,
      title: ({ toHost }) => `Write down that it runs on ${toHost}, so that the next release goes there too`,
      input: ({ toHost, upstreamHost, ipv4, foldersShared }) => ({
        ...{ placement: { hostname: toHost }, upstreamHost, ipv4, foldersShared },
      }),
    },
    {
      key: "route",
      step: "ingress.route",
      about: "Let the reverse proxy pass to the new host",
      dependsOn: ["stack", "settle"],
      essential: true,
      skip: noRoute,
      title: ({ upstreamHost, route }) =>
        `Let the reverse proxy pass ${route?.hostnames[0] ?? "it"} on to ${upstreamHost}`,
      input: ({ route }) => ({ ...route }),
    },
    {
      key: "prove",
      step: "moves.prove",
      about: "See the first good answer; the downtime ends",
      dependsOn: ["stack", "route"],
      essential: true,
      title: ({ toHost }) => `See the first good answer from ${toHost}; the downtime ends`,
      input: (context) => ({ ...place(context), probe: context.probe, budgetS: context.budgetS }),
    },
    repeat({
      key: "switch",
      step: "dns.record",
      about: "Point its names at the new host",
      dependsOn: ["prove"],
      skip: noRecords,
      each: ({ records }) => records,
      entryKey: ({ name }) => name.slice(0, 60),
      entryTitle: ({ name, to }) => `Point ${name} at ${to.join(", ")}`,
      entryInput: ({ name, to }) => ({ name, type: "A", values: to, ttl: LOW_TTL_S }),
    }),
    {
      key: "old-off",
      step: "moves.old-off",
      about: "See that nothing of it runs on the old host",
      dependsOn: ["prove", "switch"],
      essential: true,
      title: ({ fromHost }) => `See that nothing of it runs on ${fromHost} any more`,
      input: place,
    },
    {
      key: "purge",
      step: "moves.purge",
      about: "Let Cloudflare forget what it kept",
      dependsOn: ["switch", "old-off"],
      skip: ({ purge }) =>
        purge.length === 0 ? "It has no public names, or CLOUDFLARE_API_TOKEN is not set." : undefined,
      title: ({ purge }) => `Purge everything Cloudflare keeps for ${purge[0]}`,
      input: ({ purge }) => ({ hostnames: [...purge] }),
    },
    repeat({
      key: "record",
      step: "dns.record",
      about: "Let its names be kept for long again",
      dependsOn: ["switch", "old-off"],
      skip: noRecords,
      each: ({ records }) => records.map((record, index) => ({ ...record, index })),
      entryKey: ({ index }) => String(index + 1),
      entryTitle: ({ name, ttl }) => `Raise the TTL of ${name} to ${ttl} s again`,
      entryInput: ({ name, to, ttl }) => ({ name, type: "A", values: to, ttl }),
    }),
    resumeMonitors({ dependsOn: ["prove", "old-off", "purge", "record"] }),
  ],
});
