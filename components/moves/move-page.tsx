"use client";

import type { MovesView } from "#lib/moves/types.ts";
import { Callout } from "../ui/callout.tsx";
import { MoveForm } from "./move-form.tsx";
import { MoveList } from "./move-list.tsx";
import { isMoving, useMoves } from "./use-moves.ts";

/** Moving a service, and what was moved so far. */
export function MovePage({ serviceName, initialData }: { serviceName: string; initialData: MovesView }) {
  const view = useMoves(serviceName, initialData);
  return (
    <div className="grid grid-cols-1 gap-4">
      <MoveStart serviceName={serviceName} view={view} />
      <MoveList moves={view.moves} />
    </div>
  );
}

function MoveStart({ serviceName, view }: { serviceName: string; view: MovesView }) {
  const first = view.environments.find(({ name }) => name !== "production") ?? view.environments[0];
  if (!view.mayMove)
    return <Callout title="Only the service’s owner and administrators move it">Ask one of them.</Callout>;
  if (!first)
    return <Callout title="Nothing of it runs that the panel could move">Finish its provisioning first.</Callout>;
  if (view.hosts.length < 2)
    return (
      <Callout title="The swarm has one host">
        Join another node to the swarm; it can be chosen here as soon as a worker has seen it.
      </Callout>
    );
  if (view.moves.some(isMoving)) return null;
  return <MoveForm serviceName={serviceName} view={view} first={first} />;
}
