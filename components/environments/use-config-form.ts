"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { EnvironmentConfigContent } from "#lib/releases/schema/release.ts";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { ApiError, api } from "../api-client.ts";
import { compareConfigs, mergeConfigs } from "./compare-config.ts";
import { type ConfigDraft, configDraftOf, contentOf, fieldOfRefusal, findConfigProblems } from "./config-draft.ts";
import { configKey, type Place } from "./use-config.ts";

/** Code of the refusal when somebody else saved in between. */
const CHANGED_MEANWHILE = "environments.changed_meanwhile";

/** What was typed, what is wrong with it, and saving it as the next version. */
export function useConfigForm(place: Place, newest: EnvironmentConfigView, onRefused: () => void) {
  const client = useQueryClient();
  const [base, setBase] = useState(newest);
  const [draft, setDraft] = useState(() => configDraftOf(newest.content));
  /** Fields somebody was in, and all once saving was tried: until then nothing is called wrong. */
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [wasTried, setWasTried] = useState(false);

  const content = contentOf(draft);
  const isDirty = compareConfigs(base.content, content).length > 0;
  const found = findConfigProblems(draft);

  const theirs = useMutation({
    mutationFn: () => api("GET /services/{serviceName}/environments/{environment}/config", { params: { ...place } }),
  });
  const save = useMutation({
    mutationFn: () =>
      api("PUT /services/{serviceName}/environments/{environment}/config", {
        params: { ...place },
        body: { version: base.version, content },
      }),
    onSuccess: (saved) => {
      client.setQueryData(configKey(place), saved);
      settle(saved);
      toast.success(`Version ${saved.version} is kept. It runs with the next deployment.`);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === CHANGED_MEANWHILE) theirs.mutate();
      else onRefused();
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const said = Object.entries(refused?.fields ?? {}).map(([path, words]) => [fieldOfRefusal(path), words] as const);
  const fields: Record<string, string> = { ...found, ...Object.fromEntries(said) };

  function settle(known: EnvironmentConfigView) {
    setBase(known);
    setDraft(configDraftOf(known.content));
    setTouched(new Set());
    setWasTried(false);
    save.reset();
    theirs.reset();
  }
  // Saved elsewhere while nothing was typed here: there is nothing to lose.
  if (newest.version > base.version && !isDirty && !save.isPending) settle(newest);

  return {
    draft,
    content,
    base,
    isDirty,
    save,
    refused,
    isMeanwhile: refused?.code === CHANGED_MEANWHILE,
    theirs,
    change(next: Partial<ConfigDraft>) {
      setDraft((known) => ({ ...known, ...next }));
      setTouched((known) => new Set([...known, ...Object.keys(next)]));
      if (save.isError) save.reset();
    },
    /** An older version's settings, to save as the next. */
    beginFrom(older: EnvironmentConfigContent) {
      setDraft(configDraftOf({ ...older, hostnames: base.content.hostnames }));
      save.reset();
    },
    forget: () => settle(newest),
    /** What is wrong at a field, once somebody was there. */
    problem(path: string): string | undefined {
      const [key = ""] = path.split(".");
      return wasTried || refused || touched.has(DRAFT_KEYS[path] ?? key) ? fields[path] : undefined;
    },
    trySave() {
      setWasTried(true);
      if (Object.keys(found).length > 0) onRefused();
      else save.mutate();
    },
    /** Their version with what I keep of mine; nothing is saved by it. */
    takeTogether(latest: EnvironmentConfigView, keep: ReadonlySet<string>) {
      setDraft(configDraftOf(mergeConfigs(content, latest.content, keep)));
      setBase(latest);
      client.setQueryData(configKey(place), latest);
      save.reset();
      theirs.reset();
    },
  };
}

/** Parts of the body that have another name in the form. */
const DRAFT_KEYS: Record<string, keyof ConfigDraft> = {
  "placement.nodeLabel": "nodeLabel",
  "placement.hostname": "hostname",
  "probe.path": "probePath",
  "probe.status": "probeStatus",
};

export type ConfigForm = ReturnType<typeof useConfigForm>;
