"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { editPolicySchema, type NewPolicy, newPolicySchema, type PolicySettings } from "#lib/backups/schema/policy.ts";
import type { PolicyView } from "#lib/backups/types.ts";
import { ApiError, api } from "../api-client.ts";
import { findProblems, problemAt } from "./find-problems.ts";
import { mergeSettings } from "./merge-settings.ts";
import {
  type IdentityDraft,
  identityOf,
  type SettingsDraft,
  savedSettings,
  settingsDraftOf,
  settingsOf,
} from "./policy-draft.ts";
import { usePolicyPreview } from "./use-policy-preview.ts";

/** Code of the refusal when somebody else saved in between. */
export const CHANGED_MEANWHILE = "backups.changed_meanwhile";

interface Beginning {
  /** Set: this one is edited; whose it is and what it backs up stay. */
  policy: PolicyView | undefined;
  identity: IdentityDraft;
  settings: SettingsDraft;
}

/** Everything the policy's form knows: what was typed, what is wrong with it, what it would give, and saving it. */
export function usePolicyForm(beginning: Beginning, onRefused: () => void) {
  const { policy } = beginning;
  const router = useRouter();
  const client = useQueryClient();
  const [version, setVersion] = useState(policy?.version ?? 0);
  const [base, setBase] = useState(() => settingsOf(beginning.settings));
  const [identity, setIdentity] = useState(beginning.identity);
  const [draft, setDraft] = useState(beginning.settings);
  const [dropPing, setDropPing] = useState(false);
  /** Fields somebody was in, and all once saving was tried: until then nothing is called wrong. */
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [wasTried, setWasTried] = useState(false);

  const settings = settingsOf(draft);
  const sent = { ...settings, ...(dropPing ? { pingUrl: "" } : {}) };
  const asked = policy ? { ...sent, version } : { ...sent, ...identityOf(identity) };
  const isSame = JSON.stringify([settings, identity, dropPing]) === JSON.stringify([base, beginning.identity, false]);

  const theirs = useMutation({
    mutationFn: () => api("GET /backup-policies/{policyId}", { params: { policyId: policy?.id ?? "" } }),
  });
  const save = useMutation({
    mutationFn: (): Promise<PolicyView> =>
      policy
        ? api("PUT /backup-policies/{policyId}", {
            params: { policyId: policy.id },
            body: asked as PolicySettings & { version: number },
          })
        : api("POST /backup-policies", { body: asked as NewPolicy }),
    onSuccess: (saved) => {
      void client.invalidateQueries({ queryKey: ["backup-policies"] });
      void client.invalidateQueries({ queryKey: ["backups"] });
      toast(policy ? "Saved: it counts from the next backup on" : "The policy is made");
      if (policy) settle(saved);
      else router.push(`/backups/policies/${saved.id}`);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.code === CHANGED_MEANWHILE) theirs.mutate();
      else onRefused();
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const found = findProblems(policy ? editPolicySchema : newPolicySchema, asked);
  // Numbers that are none must not keep the server from judging the schedule.
  const isCountable = !Object.keys(found).some((key) => /^(retention|jitterMinutes)/.test(key));
  const { jitterMinutes, retention } = isCountable ? settings : base;
  const preview = usePolicyPreview(
    policy?.id ?? null,
    { ...settings, jitterMinutes, retention },
    !save.isPending && settings.cron !== "",
  );
  const unreadable = preview.error instanceof ApiError ? preview.error.fields : {};
  const fields: Record<string, string> = { ...unreadable, ...found, ...refused?.fields };

  /** What stands on the server now is where the next edit begins. */
  function settle(saved: PolicyView) {
    const known = savedSettings(saved);
    setBase(known);
    setDraft(settingsDraftOf(known));
    setVersion(saved.version);
    setDropPing(false);
    setWasTried(false);
    setTouched(new Set());
    save.reset();
  }
  // Saved elsewhere while nothing was typed here: there is nothing to lose.
  if (policy && policy.version > version && isSame && !save.isPending) settle(policy);

  function touch(keys: string[]) {
    setTouched((known) => new Set([...known, ...keys]));
    if (save.isError) save.reset();
  }

  return {
    draft,
    identity,
    base,
    settings,
    isDirty: !isSame,
    dropPing,
    save,
    refused,
    theirs,
    preview,
    /** The panel did not say what they would give, whatever was typed. */
    isUnasked: preview.isError && Object.keys(unreadable).length === 0,
    /** What is shown is of the numbers that are typed. */
    isPreviewed: isCountable && !preview.error && settings.cron !== "",
    setDropPing,
    /** All that keeps it from being saved, once that was tried. */
    problems: wasTried ? fields : {},
    change(next: Partial<SettingsDraft>) {
      setDraft((known) => ({ ...known, ...next }));
      touch(Object.keys(next).flatMap((key) => BODY_KEYS[key] ?? key));
    },
    changeIdentity(next: Partial<IdentityDraft>) {
      setIdentity((known) => ({ ...known, ...next }));
      touch(Object.keys(next));
    },
    /** What is wrong at a path of the body, once somebody was there. */
    problem(path: string): string | undefined {
      const [key = ""] = path.split(".");
      return wasTried || touched.has(key) ? problemAt(fields, path) : undefined;
    },
    trySave() {
      setWasTried(true);
      if (Object.keys(found).length > 0) onRefused();
      else save.mutate();
    },
    /** Their version with what I keep of mine; nothing is saved by it. */
    takeTogether(latest: PolicyView, keep: ReadonlySet<keyof PolicySettings>) {
      const known = savedSettings(latest);
      setDraft(settingsDraftOf(mergeSettings(settings, known, keep)));
      setBase(known);
      setVersion(latest.version);
      save.reset();
      theirs.reset();
    },
  };
}

/** Parts of the form that have another name in the body. */
const BODY_KEYS: Record<string, string> = {
  when: "cron",
  keep: "retention",
  restoreEach: "verification",
  verifyWhen: "verification",
  randomOlder: "verification",
  smoke: "verification",
};
