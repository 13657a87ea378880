"use client";

import Link from "next/link";
import { Section } from "../backups/section.tsx";
import { TextField } from "../backups/text-field.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { Rows } from "../wizard/rows.tsx";
import type { PortDraft, VariableDraft } from "./config-draft.ts";
import type { ConfigForm } from "./use-config-form.ts";

type Part = Pick<ConfigForm, "draft" | "change" | "problem">;

const small = (label: string) => <span className="font-normal text-muted text-xs">{label}</span>;

/** What the app is told: names and values. */
export function VariablesSection({ draft, change, problem }: Part) {
  return (
    <Section
      title="Variables"
      note="The app finds them in its environment. Everybody can read them here: what is secret belongs below, under Secrets."
    >
      <Rows<VariableDraft>
        path="variables"
        rows={draft.variables}
        onChange={(variables) => change({ variables })}
        fresh={() => ({ name: "", value: "" })}
        noun="variable"
        max={500}
      >
        {(row, path, set) => (
          <div className="grid gap-2 sm:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
            <Field label={small("Name")} error={problem(`${path}.name`)} className="content-start gap-0.5">
              <Input
                className="font-mono text-sm"
                value={row.name}
                onChange={({ target }) => set({ name: target.value })}
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
            <Field label={small("Value")} error={problem(`${path}.value`)} className="content-start gap-0.5">
              <Input
                className="font-mono text-sm"
                value={row.value}
                onChange={({ target }) => set({ value: target.value })}
                autoComplete="off"
                spellCheck={false}
              />
            </Field>
          </div>
        )}
      </Rows>
    </Section>
  );
}

/** How many, how large, and where. */
export function SizeSection({ draft, change, problem }: Part) {
  return (
    <Section title="Size and place">
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          label="Replicas"
          why="Tasks that run at the same time."
          value={draft.replicas}
          onChange={(replicas) => change({ replicas })}
          inputMode="numeric"
          error={problem("replicas")}
        />
        <TextField
          label="Memory"
          why="A task that wants more is ended."
          optional
          value={draft.memoryMb}
          onChange={(memoryMb) => change({ memoryMb })}
          inputMode="numeric"
          placeholder="no limit"
          unit="MB"
          error={problem("memoryMb")}
        />
        <TextField
          label="Processors"
          why="At most this many, 0.5 is half of one."
          optional
          value={draft.cpus}
          onChange={(cpus) => change({ cpus })}
          inputMode="decimal"
          placeholder="no limit"
          error={problem("cpus")}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Only on nodes labelled"
          why="key=value, as the swarm’s nodes are labelled."
          optional
          mono
          value={draft.nodeLabel}
          onChange={(nodeLabel) => change({ nodeLabel })}
          placeholder="disk=fast"
          error={problem("placement.nodeLabel")}
        />
        <TextField
          label="Only on the node"
          why="Its host name: where the folder with the data is."
          optional
          mono
          value={draft.hostname}
          onChange={(hostname) => change({ hostname })}
          error={problem("placement.hostname")}
        />
      </div>
    </Section>
  );
}

/** Where it is reached. */
export function PortsSection({ draft, change, problem, serviceName }: Part & { serviceName: string }) {
  return (
    <Section title="Ports" note="Inside the task, and on the nodes where it is published.">
      <Rows<PortDraft>
        path="ports"
        rows={draft.ports}
        onChange={(ports) => change({ ports })}
        fresh={() => ({ target: "", published: "", protocol: "tcp" })}
        noun="port"
        max={50}
      >
        {(row, path, set) => (
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-3">
            <Field label={small("Port inside")} error={problem(`${path}.target`)} className="content-start gap-0.5">
              <Input
                inputMode="numeric"
                value={row.target}
                onChange={({ target }) => set({ target: target.value })}
                autoComplete="off"
              />
            </Field>
            <Field label={small("Protocol")} className="content-start gap-0.5">
              <Select
                value={row.protocol}
                onChange={({ target }) => set({ protocol: target.value === "udp" ? "udp" : "tcp" })}
              >
                <option value="tcp">tcp</option>
                <option value="udp">udp</option>
              </Select>
            </Field>
            <Field
              label={small("Published on")}
              error={problem(`${path}.published`)}
              className="col-span-2 content-start gap-0.5 sm:col-span-1"
            >
              <Input
                inputMode="numeric"
                value={row.published}
                onChange={({ target }) => set({ published: target.value })}
                placeholder="not published"
                autoComplete="off"
              />
            </Field>
          </div>
        )}
      </Rows>
      {draft.hostnames.length > 0 ? (
        <p className="text-muted text-sm">
          Its names, <span className="break-all font-mono text-ink text-xs">{draft.hostnames.join(", ")}</span>, are
          changed under{" "}
          <Link href={`/services/${serviceName}/domains`} className="text-accent hover:underline">
            Domains
          </Link>
          .
        </p>
      ) : null}
    </Section>
  );
}

/** What it has to answer while a deployment is watched. */
export function ProbeSection({ draft, change, problem }: Part) {
  return (
    <Section title="Probe" note="Asked over HTTP while a deployment is watched, before it counts as done.">
      <Checkbox
        label="Ask the app itself"
        checked={draft.probed}
        onCheckedChange={(probed) => change({ probed: probed === true })}
      />
      {draft.probed ? (
        <div className="grid grid-cols-[minmax(0,1fr)_8rem] gap-4">
          <TextField
            label="Path"
            mono
            value={draft.probePath}
            onChange={(probePath) => change({ probePath })}
            error={problem("probe.path")}
          />
          <TextField
            label="Answers"
            value={draft.probeStatus}
            onChange={(probeStatus) => change({ probeStatus })}
            inputMode="numeric"
            error={problem("probe.status")}
          />
        </div>
      ) : (
        <p className="text-muted text-sm">Only the swarm is asked whether its tasks run and are healthy.</p>
      )}
    </Section>
  );
}
