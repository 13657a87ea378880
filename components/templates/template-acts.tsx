"use client";

import { useMutation } from "@tanstack/react-query";
import { Pencil } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import type { TemplateView } from "#lib/templates/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";

const editPath = (key: string) => `/checklists/templates/${encodeURIComponent(key)}/edit`;

/** Begins a draft over the version shown, or goes on with the one there is. */
export function EditButton({ view }: { view: TemplateView }) {
  const router = useRouter();
  const hasDraft = view.versions.some(({ state }) => state === "draft");
  const from = view.shown?.state === "draft" ? "current" : (view.shown?.version ?? "built-in");
  const open = useMutation({
    mutationFn: () => api("POST /checklist-templates/{key}/draft", { params: { key: view.key }, body: { from } }),
    onSuccess: () => router.push(editPath(view.key)),
    onError: (error) => toast.error(error.message),
  });
  return (
    <Button
      variant="primary"
      pending={open.isPending}
      onClick={() => (hasDraft ? router.push(editPath(view.key)) : open.mutate())}
    >
      <Pencil aria-hidden /> {hasDraft ? "Go on with the draft" : "Edit"}
    </Button>
  );
}

export function DiscardButton({ view }: { view: TemplateView }) {
  const router = useRouter();
  const draft = view.versions.find(({ state }) => state === "draft");
  if (!draft) return null;
  return (
    <ConfirmDialog
      trigger={<Button variant="danger-quiet">Throw the draft away</Button>}
      title="Throw the draft away?"
      action="Throw it away"
      onConfirm={async () => {
        await api("DELETE /checklist-templates/{key}/draft", { params: { key: view.key }, query: { rev: draft.rev } });
        const isGone = view.own && view.versions.length === 1;
        router.push(isGone ? "/checklists/templates" : `/checklists/templates/${encodeURIComponent(view.key)}`);
        router.refresh();
      }}
    >
      What was changed in it is lost. What is published stays.
    </ConfirmDialog>
  );
}

export function WithdrawButton({ view, version }: { view: TemplateView; version: number }) {
  const router = useRouter();
  const next = view.versions.find((one) => one.state === "published" && one.version < version);
  const then = next ? `version ${next.version}` : view.own ? null : "what the panel brings";
  return (
    <ConfirmDialog
      trigger={<Button size="sm">Withdraw</Button>}
      title={`Withdraw version ${version}?`}
      action={`Withdraw version ${version}`}
      onConfirm={async () => {
        await api("POST /checklist-templates/{key}/withdraw", { params: { key: view.key }, body: { version } });
        toast.success(`Version ${version} is withdrawn.`);
        router.refresh();
      }}
    >
      {then
        ? `New runs are made with ${then} again. Runs that have begun keep this one.`
        : "Nobody can start this checklist until another version is published."}
    </ConfirmDialog>
  );
}
