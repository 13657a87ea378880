"use client";

import { useQuery } from "@tanstack/react-query";
import { Network } from "lucide-react";
import type { SwarmView } from "#lib/swarm/types.ts";
import { api } from "../api-client.ts";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NodesTable } from "./nodes-table.tsx";
import { SwarmServiceList } from "./service-list.tsx";

/** What the workers last saw of the swarm. */
export function Swarm({ initialData }: { initialData: SwarmView }) {
  const { data } = useQuery({
    queryKey: ["swarm"],
    queryFn: ({ signal }) => api("GET /swarm", { signal }),
    initialData,
    refetchInterval: 5_000,
  });
  if (data.nodes.length === 0 && data.services.length === 0)
    return (
      <Card>
        <EmptyState icon={Network} title="The swarm has not been seen yet">
          A worker looks at the Docker swarm and writes what it sees here. Start one that may reach the Docker socket.
        </EmptyState>
      </Card>
    );
  const running = data.services.flatMap((one) => one.tasks).filter((task) => task.state === "running");
  const nodes = data.nodes.map((node) => ({
    ...node,
    tasks: running.filter((task) => task.node === node.hostname).length,
  }));
  const seenAt = data.nodes.map((node) => node.observedAt).sort()[0] ?? null;
  return (
    <div className="grid grid-cols-1 gap-5">
      <NodesTable nodes={nodes} seenAt={seenAt} />
      <SwarmServiceList services={data.services} />
    </div>
  );
}
