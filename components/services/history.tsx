"use client";

import { History as HistoryIcon } from "lucide-react";
import type { ServiceView } from "#lib/services/types.ts";
import { RunRows } from "../runs/run-rows.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { useService } from "./use-service.ts";

/** Everything that was ever done to the service. */
export function ServiceHistory({ initialData }: { initialData: ServiceView }) {
  const { runs } = useService(initialData);
  return (
    <Card className="overflow-hidden">
      {runs.length > 0 ? (
        <RunRows runs={runs} />
      ) : (
        <EmptyState icon={HistoryIcon} title="No runs yet">
          Everything the panel does to a service outside is a run, with its log and what it made.
        </EmptyState>
      )}
    </Card>
  );
}
