import { MOVE_KEYS } from "#lib/moves/constants.ts";
import { defineChecklist, repeat } from "./define-checklist.ts";
import { resumeMonitors } from "./maintenance.ts";
import { type MoveRun, noDatabase, noRecords, noRoute, place } from "./move.ts";

/** What going back is compiled from: the move's own context, as it was. */
export interface MoveBackRun extends MoveRun {
  moveId: string;
}

/** The old place serves again as it was: possible until the names point elsewhere. */
export const MOVE_BACK = defineChecklist<MoveBackRun>({
  key: MOVE_KEYS.back,
  version: 1,
  title: "Go back to the old host",
  items: [
    {
      key: "clear",
      step: "moves.clear",
      about: "Stop the copy",
      title: ({ copyStackName }) => `Stop ${copyStackName}; what was copied stays on its disk`,
      input: place,
    },
    {
      key: "stack",
      step: "swarm.stack",
      about: "Run it on the old host",
      dependsOn: ["clear"],
      title: ({ stackName, fromHost }) => `Run stack ${stackName} on ${fromHost}, where its data is as it was`,
      input: ({ before }) => before,
    },
    {
      key: "release",
      step: "moves.release",
      about: "Let it write again",
      dependsOn: ["stack"],
      skip: noDatabase,
      title: ({ fromHost }) => `Let its database on ${fromHost} be written to again`,
      input: (context) => ({ database: context.database }),
    },
    {
      key: "settle",
      step: "moves.settle",
      about: "Write down where it runs",
      dependsOn: ["stack"],
      title: ({ fromHost }) => `Write down that it runs on ${fromHost}`,
      input: ({ placementBefore, upstreamBefore, foldersShared }) => ({
        ...{ placement: placementBefore, upstreamHost: upstreamBefore, ipv4: null, foldersShared },
      }),
    },
    {
      key: "route",
      step: "ingress.route",
      about: "Let the reverse proxy pass to the old host",
      dependsOn: ["stack"],
      skip: ({ routeBefore }) => noRoute({ route: routeBefore }),
      title: ({ upstreamBefore, routeBefore }) =>
        `Let the reverse proxy pass ${routeBefore?.hostnames[0] ?? "it"} on to ${upstreamBefore}`,
      input: ({ routeBefore }) => ({ ...routeBefore }),
    },
    {
      key: "prove",
      step: "moves.prove",
      about: "See the first good answer; the downtime ends",
      dependsOn: ["release", "route"],
      title: ({ fromHost }) => `See the first good answer from ${fromHost}; the downtime ends`,
      input: (context) => ({
        ...{ stackName: context.stackName, copyStackName: context.copyStackName, networkName: context.networkName },
        ...{ fromHost: context.toHost, toHost: context.fromHost, moveId: context.moveId },
        ...{ probe: context.probeBefore, budgetS: context.budgetS },
      }),
    },
    repeat({
      key: "record",
      step: "dns.record",
      about: "Let its names be kept for long again",
      dependsOn: ["prove"],
      skip: noRecords,
      each: ({ records }) => records.map((record, index) => ({ ...record, index })),
      entryKey: ({ index }) => String(index + 1),
      entryTitle: ({ name, from, ttl }) => `See that ${name} points at ${from.join(", ")}, with its TTL of ${ttl} s`,
      entryInput: ({ name, from, ttl }) => ({ name, type: "A", values: from, ttl }),
    }),
    resumeMonitors({ dependsOn: ["prove"] }),
  ],
});
