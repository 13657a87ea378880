import { authorize } from "#lib/access/policy.ts";
import type { UserActor } from "#lib/access/types.ts";
import type { MoveRun } from "#lib/checklists/move.ts";
import { subjectOf } from "#lib/releases/queries/find-environment.ts";
import { listUpstreams } from "./read-context.ts";

/** Whether the actor may have the service's public names lead where the move would let them lead. */
export function authorizeUpstream(
  actor: UserActor,
  service: { id: string; ownerId: string },
  { upstreamHost, upstreamBefore }: Pick<MoveRun, "upstreamHost" | "upstreamBefore">,
): void {
  const isKnownAddress = [upstreamBefore, ...listUpstreams()].includes(upstreamHost);
  authorize(actor, "moves.setUpstream", { ...subjectOf(service), isKnownAddress });
}
