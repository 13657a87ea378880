"use client";

import type { MovesView } from "#lib/moves/types.ts";
import { TextField } from "../backups/text-field.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field, FieldGroup } from "../ui/field.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { Select } from "../ui/select.tsx";
import { Textarea } from "../ui/textarea.tsx";
import type { MoveDraft } from "./move-draft.ts";

export type MovingEnvironment = MovesView["environments"][number];

interface MoveFieldsProps {
  view: MovesView;
  environment: MovingEnvironment;
  draft: MoveDraft;
  change: (patch: Partial<MoveDraft>) => void;
  problems: Record<string, string>;
}

export function MoveFields({ view, environment, draft, change, problems }: MoveFieldsProps) {
  const others = view.hosts.filter(({ name }) => name !== environment.host);
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          label="Environment"
          why={environment.host ? `Runs on ${environment.host} now.` : "Not seen on one host now."}
        >
          <Select value={draft.environment} onChange={(event) => change({ environment: event.target.value })}>
            {view.environments.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="New host" why="A node of the swarm." error={problems.toHost}>
          <Select value={draft.toHost} onChange={(event) => change({ toHost: event.target.value })}>
            <option value="">Choose…</option>
            {others.map(({ name, ready }) => (
              <option key={name} value={name}>
                {ready ? name : `${name} (not ready)`}
              </option>
            ))}
          </Select>
        </Field>
        {view.noUpstream === null ? (
          <TextField
            label="Where the reverse proxy reaches it"
            why="The new host’s address, if ports are a host’s own; unchanged where the swarm publishes them on all."
            mono
            value={draft.upstreamHost}
            onChange={(upstreamHost) => change({ upstreamHost })}
            placeholder={environment.upstreamHost}
            optional
            error={problems.upstreamHost}
          />
        ) : (
          <div className="grid content-start gap-1">
            <p className="font-medium">Where the reverse proxy reaches it</p>
            <p className="text-muted text-sm">{view.noUpstream}</p>
            <p className="break-all font-mono text-sm">{environment.upstreamHost}</p>
          </div>
        )}
        <TextField
          label="Address its names point at afterwards"
          why={
            environment.addresses.length > 0
              ? `Now ${environment.addresses.join(", ")}. Empty: DNS stays as it is.`
              : "It has no public names of the panel’s."
          }
          mono
          value={draft.ipv4}
          onChange={(ipv4) => change({ ipv4 })}
          placeholder={environment.addresses[0] ?? ""}
          optional
          error={problems.ipv4}
        />
      </div>
      <FieldGroup label="How writing is stopped" why="From then on the downtime is measured." error={problems.mode}>
        <RadioGroup
          value={draft.mode}
          onValueChange={(mode) => change({ mode: mode === "stop" ? "stop" : "read-only" })}
        >
          <Radio value="stop" label="Stop it" hint="Simple, and right for small services." />
          <Radio
            value="read-only"
            label="Make the database read-only"
            hint={environment.noReadOnly ?? "Pages that only read go on while the data is copied."}
            disabled={environment.noReadOnly !== null}
          />
        </RadioGroup>
      </FieldGroup>
      <TextField
        label="Downtime budget"
        why="Shown beside the clock while it lasts; going over it stops nothing."
        value={draft.budgetMinutes}
        onChange={(budgetMinutes) => change({ budgetMinutes })}
        inputMode="decimal"
        unit="minutes"
        error={problems.budgetS}
      />
      <div className="grid gap-3">
        <Checkbox
          label="Wait for my word before the downtime"
          hint="All is prepared and tried first; then the run waits for a person."
          checked={draft.waitForGo}
          onCheckedChange={(checked) => change({ waitForGo: checked === true })}
        />
        {environment.hasFolder ? (
          <Checkbox
            label="Its folder is on storage that both hosts see"
            hint="Nothing of it is copied then."
            checked={draft.foldersShared}
            onCheckedChange={(checked) => change({ foldersShared: checked === true })}
          />
        ) : null}
        {environment.hasFolder && !draft.foldersShared ? (
          <Checkbox
            label="Put aside what an earlier move left on the new host"
            hint="A folder of its name there is renamed, not removed. Without this the move stops when it finds one."
            checked={draft.replaceLeftovers}
            onCheckedChange={(checked) => change({ replaceLeftovers: checked === true })}
          />
        ) : null}
      </div>
      {environment.needsStagingFirst ? (
        <Field
          label="Why production does not wait for staging"
          why="Staging goes first, so that everybody knows whether it goes smoothly. Only a manager or an administrator may do without; leave it empty once staging has moved to that host."
          optional
        >
          <Textarea
            rows={2}
            maxLength={300}
            value={draft.stagingWaiver}
            onChange={(event) => change({ stagingWaiver: event.target.value })}
          />
        </Field>
      ) : null}
    </>
  );
}
