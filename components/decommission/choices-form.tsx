"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { choicesSchema } from "#lib/decommission/schema.ts";
import type { Choices, DecommissionView } from "#lib/decommission/types.ts";
import { ApiError, api } from "../api-client.ts";
import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Field } from "../ui/field.tsx";
import { Textarea } from "../ui/textarea.tsx";
import { Choice } from "./choice.tsx";
import { EndPlan } from "./end-plan.tsx";

const POLL_MS = 500;
const DEFAULTS: Choices = choicesSchema.parse({});

/** Messages beside the choices they are about. */
function findProblems(choices: Choices): Record<string, string> {
  const { error } = choicesSchema.safeParse(choices);
  return Object.fromEntries((error?.issues ?? []).map((issue) => [issue.path.join("."), issue.message]));
}

/** What becomes of what it leaves behind, then the plan, then the button that asks for its name. */
export function ChoicesForm({ view }: { view: DecommissionView }) {
  const router = useRouter();
  const { name } = view.service;
  const [choices, setChoices] = useState(DEFAULTS);
  const [planned, setPlanned] = useState<{ runId: number; choices: Choices }>();
  const problems = findProblems(choices);
  const params = { serviceName: name };
  const set = (changed: Partial<Choices>) => setChoices((known) => ({ ...known, ...changed }));

  const plan = useMutation({
    mutationFn: () => api("POST /services/{serviceName}/decommission/plan", { params, body: choices }),
    onSuccess: ({ runId }) => setPlanned({ runId, choices }),
  });
  const run = useQuery({
    queryKey: ["run", planned?.runId],
    queryFn: ({ signal }) => api("GET /runs/{runId}", { params: { runId: planned?.runId ?? 0 }, signal }),
    enabled: planned !== undefined,
    refetchInterval: ({ state }) => (state.data && !isActive(state.data.state) ? false : POLL_MS),
  });
  const isCurrent = planned !== undefined && JSON.stringify(planned.choices) === JSON.stringify(choices);
  const refused = plan.error instanceof ApiError ? plan.error : undefined;

  async function start() {
    if (!planned) return;
    const body = { choices: planned.choices, planRunId: planned.runId, confirmName: name };
    const { runId } = await api("POST /services/{serviceName}/decommission", { params, body });
    router.push(`/runs/${runId}`);
  }

  return (
    <>
      <Card>
        <CardHeader title="What becomes of what it leaves behind" />
        <CardBody className="grid grid-cols-1 gap-5">
          <Questions choices={choices} set={set} view={view} problems={problems} />
          {refused ? <ErrorPanel message={refused.message} advice={refused.advice} /> : null}
          <Button
            variant={isCurrent ? "secondary" : "primary"}
            className="justify-self-start"
            disabled={Object.keys(problems).length > 0}
            pending={plan.isPending}
            onClick={() => plan.mutate()}
          >
            {planned ? "Plan again" : "Show the plan"}
          </Button>
        </CardBody>
      </Card>
      {planned && run.data ? (
        <EndPlan
          run={run.data}
          isCurrent={isCurrent}
          serviceName={name}
          wayBack={sayWayBack(planned.choices, view)}
          onStart={start}
        />
      ) : null}
    </>
  );
}

/** What there is of something once it is deleted. */
const DELETED = {
  take: "After the last backup of it was restored and compared.",
  unproven: "After the last backup of it was taken, proven or not.",
  skip: "Without a last backup of it.",
} as const satisfies Record<Choices["lastBackup"], string>;

const WAY_BACK = {
  take: "What its policies name can be restored from its last backup, which is proven first.",
  unproven: "A last backup is taken first, which nobody may have restored.",
  skip: "No last backup is taken.",
} as const satisfies Record<Choices["lastBackup"], string>;

/** What there is to go back to once it is gone. */
const sayWayBack = ({ lastBackup }: Choices, { has }: DecommissionView): string =>
  has.policies.length === 0 ? "Nothing of it is backed up." : WAY_BACK[lastBackup];

interface QuestionsProps {
  choices: Choices;
  set(changed: Partial<Choices>): void;
  view: DecommissionView;
  problems: Record<string, string>;
}

function Questions({ choices, set, view, problems }: QuestionsProps) {
  const { has, mayDeleteBackups } = view;
  return (
    <>
      {has.folders.length > 0 ? (
        <Choice
          label="Its files"
          why={has.folders.join(", ")}
          value={choices.files}
          onChange={(files) => set({ files })}
          answers={{
            archive: [
              "Archive",
              "One compressed file beside the other services’ folders, compared with what was there.",
            ],
            delete: ["Delete", DELETED[choices.lastBackup]],
            keep: ["Keep", "The folder stays as it is."],
          }}
        />
      ) : null}
      {has.volumes.length > 0 ? (
        <Choice
          label="Its database and volumes"
          why={has.volumes.join(", ")}
          value={choices.database}
          onChange={(database) => set(database === "keep" ? { database, secrets: "keep" } : { database })}
          answers={{
            delete: ["Delete", DELETED[choices.lastBackup]],
            keep: ["Keep", "The volumes stay; nothing runs on them."],
          }}
        />
      ) : null}
      {has.secrets > 0 ? (
        <Choice
          label="Its secrets"
          why={has.secrets === 1 ? "One secret" : `${has.secrets} secrets`}
          value={choices.secrets}
          onChange={(secrets) => set({ secrets })}
          error={problems.secrets}
          answers={{
            delete: ["Delete", "From the swarm and from the panel’s store."],
            keep: ["Keep", "They stay where they are."],
          }}
        />
      ) : null}
      {has.policies.length + has.volumes.length + has.folders.length > 0 ? (
        <Choice
          label="One more backup"
          why={has.policies.join(", ") || "No policy backs it up."}
          value={choices.lastBackup}
          onChange={(lastBackup) => set({ lastBackup })}
          answers={{
            take: ["Take and prove it", "When its tasks are stopped, so that nothing is missing."],
            unproven: [
              "Take it, proven or not",
              "Where it cannot be restored here, as without the key of encrypted ones.",
            ],
            skip: ["Go without", "For a database that cannot be read any more."],
          }}
        />
      ) : null}
      {has.points > 0 || has.policies.length > 0 ? (
        <Choice
          label="Stored backups"
          why={has.points === 1 ? "One is stored" : `${has.points} are stored`}
          value={choices.backups}
          onChange={(backups) => set({ backups })}
          error={problems.backups}
          answers={{
            keep: ["Keep", "Until somebody removes them."],
            delete: [
              "Delete all but the last proven",
              mayDeleteBackups
                ? "Pinned and locked ones stay too."
                : "Only database administrators and administrators may.",
            ],
          }}
          disabled={mayDeleteBackups ? [] : ["delete"]}
        />
      ) : null}
      <Field
        label="Reason"
        why="Kept with the run, for whoever asks later."
        error={problems.reason}
        optional={choices.lastBackup === "take"}
      >
        <Textarea
          rows={2}
          maxLength={500}
          value={choices.reason}
          onChange={(event) => set({ reason: event.target.value })}
        />
      </Field>
    </>
  );
}
