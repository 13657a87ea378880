"use client";

import { type FormEvent, useRef } from "react";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { RefusalPanel } from "../ui/refusal-panel.tsx";
import { UnsavedGuard } from "../ui/unsaved-guard.tsx";
import { listContested } from "./compare-config.ts";
import { PortsSection, ProbeSection, SizeSection, VariablesSection } from "./config-fields.tsx";
import { ConfigMeanwhile } from "./config-meanwhile.tsx";
import { NextDeployment } from "./next-deployment.tsx";
import { SecretsCard } from "./secrets-card.tsx";
import { SettingsCard } from "./settings-card.tsx";
import { SoakCard } from "./soak-card.tsx";
import { type Place, useConfig, useConfigVersion } from "./use-config.ts";
import { type ConfigForm, useConfigForm } from "./use-config-form.ts";
import { VersionsCard } from "./versions-card.tsx";

interface ConfigEditorProps {
  place: Place;
  /** The newest settings. */
  initialData: EnvironmentConfigView;
  /** Those that run, when they are others. */
  initialRunning: EnvironmentConfigView | null;
}

/** An environment's settings: the form, at its side what the next deployment would change, below it secrets and versions. */
export function ConfigEditor({ place, initialData, initialRunning }: ConfigEditorProps) {
  const element = useRef<HTMLFormElement>(null);
  const config = useConfig(place, initialData);
  const running = useConfigVersion(place, config.running, initialRunning ?? initialData);
  const form = useConfigForm(place, config, () =>
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()),
  );
  function submit(event: FormEvent) {
    event.preventDefault();
    form.trySave();
  }
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        {config.mayEdit ? (
          <form ref={element} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
            <UnsavedGuard isDirty={form.isDirty && !form.save.isPending} />
            <VariablesSection {...form} />
            <SizeSection {...form} />
            <PortsSection {...form} serviceName={place.serviceName} />
            <ProbeSection {...form} />
            <Refusal form={form} />
            <SaveBar form={form} />
          </form>
        ) : (
          <SettingsCard content={config.content} />
        )}
        <SecretsCard place={place} config={config} />
        <SoakCard place={place} soakS={config.soakS} mayEdit={config.mayEdit} />
        <VersionsCard place={place} config={config} onBegin={config.mayEdit ? form.beginFrom : null} />
      </div>
      <div className="max-lg:row-start-1 lg:h-full">
        <NextDeployment
          serviceName={place.serviceName}
          config={config}
          content={config.mayEdit ? form.content : config.content}
          running={config.running === null ? null : running.data?.content}
          isDirty={form.isDirty}
        />
      </div>
    </div>
  );
}

function Refusal({ form }: { form: ConfigForm }) {
  const { refused, theirs } = form;
  if (form.isMeanwhile && theirs.data) {
    const latest = theirs.data;
    return (
      <ConfigMeanwhile
        key={latest.version}
        by={latest.by?.name ?? null}
        version={latest.version}
        contested={listContested(form.base.content, form.content, latest.content)}
        onTake={(keep) => form.takeTogether(latest, keep)}
      />
    );
  }
  return <RefusalPanel refused={refused} />;
}

function SaveBar({ form }: { form: ConfigForm }) {
  return (
    <div
      className={cn(
        "flex flex-wrap items-center justify-end gap-x-3 gap-y-2",
        // What was typed above stays to be saved from wherever one reads.
        form.isDirty && "sticky bottom-0 z-10 border-line border-t bg-canvas py-3",
      )}
    >
      <p role="status" className="min-w-0 flex-1 basis-52 text-muted text-sm">
        {form.isDirty
          ? `Saving makes version ${form.base.version + 1}. It runs with the next deployment.`
          : `Version ${form.base.version}, saved.`}
      </p>
      <div className="ml-auto flex gap-2">
        <Button onClick={form.forget} disabled={!form.isDirty || form.save.isPending}>
          Discard changes
        </Button>
        <Button type="submit" variant="primary" pending={form.save.isPending} disabled={!form.isDirty}>
          Save the settings
        </Button>
      </div>
    </div>
  );
}
