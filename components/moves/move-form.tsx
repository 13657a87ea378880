"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { newMoveSchema } from "#lib/moves/schema/move.ts";
import type { MovesView } from "#lib/moves/types.ts";
import { api } from "../api-client.ts";
import { PlannedRunCard } from "../environments/planned-run-card.tsx";
import { usePlannedRun } from "../environments/use-planned-run.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { emptyMove, toMoveBody } from "./move-draft.ts";
import { MoveFields, type MovingEnvironment } from "./move-fields.tsx";
import { movesKey } from "./use-moves.ts";

interface MoveFormProps {
  serviceName: string;
  view: MovesView;
  first: MovingEnvironment;
}

/** Where to and how, with what it would do at the side. */
export function MoveForm({ serviceName, view, first }: MoveFormProps) {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => emptyMove(first.name));
  const environment = view.environments.find(({ name }) => name === draft.environment) ?? first;
  const wanted = toMoveBody(draft);
  const params = { serviceName };
  const move = usePlannedRun({
    queryKey: ["moves", "plan", serviceName],
    schema: newMoveSchema,
    wanted,
    plan: (body, signal) => api("POST /services/{serviceName}/moves/plan", { params, body, signal }),
    start: ({ planHash }) => api("POST /services/{serviceName}/moves", { params, body: { ...wanted, planHash } }),
    onStart: () => void client.invalidateQueries({ queryKey: movesKey(serviceName) }),
  });
  const { plan, refused, unplanned, isPlannable, isCurrent } = move;
  const isTouched = JSON.stringify(draft) !== JSON.stringify(emptyMove(first.name));
  const problems = { ...(move.wasTried ? move.found : {}), ...unplanned?.fields, ...refused?.fields };

  return (
    <form
      ref={move.form}
      onSubmit={move.submit}
      noValidate
      className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_26rem]"
    >
      <UnsavedGuard isDirty={isTouched && !move.isStarting} />
      <Card>
        <CardBody className="grid grid-cols-1 gap-5">
          <MoveFields
            view={view}
            environment={environment}
            draft={draft}
            change={(patch) => setDraft((known) => ({ ...known, ...patch }))}
            problems={problems}
          />
          <RefusalPanel refused={refused} />
          <div className="flex justify-end">
            <Button
              type="submit"
              variant="primary"
              className="max-w-full"
              pending={move.isStarting}
              disabled={isPlannable && isCurrent && (!plan || Boolean(unplanned))}
            >
              <span className="truncate">
                Move {draft.environment} to {draft.toHost || "the new host"}
              </span>
            </Button>
          </div>
        </CardBody>
      </Card>
      <PlannedRunCard
        {...{ plan, isPlannable, isCurrent, unplanned }}
        rows={8}
        lacks="It is shown here once a host is chosen."
      >
        {plan && plan.warnings.length > 0 ? (
          <CardBody className="grid gap-2">
            {plan.warnings.map((warning) => (
              <Callout key={warning} tone="warning">
                {warning}
              </Callout>
            ))}
          </CardBody>
        ) : null}
      </PlannedRunCard>
    </form>
  );
}
