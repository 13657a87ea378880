import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { MoveRun } from "#lib/checklists/move.ts";
import { db } from "#lib/platform/db/client.ts";
import { findService, subjectOf } from "#lib/releases/queries/find-environment.ts";
import { authorizeUpstream } from "../queries/authorize-upstream.ts";
import { compileMove } from "../queries/compile-move.ts";
import type { NewMove } from "../schema/move.ts";
import type { MovePlanView } from "../types.ts";

/** What the move would do, touching nothing and asking nobody outside. */
export async function planMove(actor: UserActor, serviceName: string, wanted: NewMove): Promise<MovePlanView> {
  const service = await findService(serviceName);
  authorize(actor, "moves.start", subjectOf(service));
  const { context, steps, hash } = await compileMove(db(), service, wanted);
  authorizeUpstream(actor, service, context);
  return {
    planHash: Buffer.from(hash).toString("hex"),
    fromHost: context.fromHost,
    steps: steps.map(({ key, title, skipReason }) => ({ key, title, skipReason: skipReason ?? null })),
    warnings: listWarnings(context),
  };
}

function listWarnings(context: MoveRun): string[] {
  const { stagingWaiver, upstreamHost, upstreamBefore, probe, folders, foldersShared, mode, database } = context;
  const copies = folders.filter(({ kind }) => kind === "bind" && !foldersShared);
  return [
    ...(stagingWaiver ? [`Staging does not go first: ${stagingWaiver}`] : []),
    ...(upstreamHost === upstreamBefore
      ? [
          `The reverse proxy goes on asking ${upstreamBefore}: right when ports are the swarm's, wrong when they are a host's own.`,
        ]
      : []),
    ...(probe ? [] : ["No page of it can be asked: the downtime ends when its task runs and is healthy."]),
    ...copies.map(({ source }) => `${source} is copied whole while it is down: its size decides how long that takes.`),
    ...(folders.some(({ kind }) => kind === "volume" || !foldersShared)
      ? [
          "Backups of its folder and volumes are read on the node whose engine the workers talk to. If that is not the new host, they will fail and say so: its database is backed up from anywhere.",
        ]
      : []),
    ...(mode === "read-only" && database?.kind === "postgresql"
      ? ["PostgreSQL's read-only is a default that the app could lift for itself."]
      : []),
  ];
}
