"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useState } from "react";
import type { ZoneView } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { ChangeList } from "../runs/change-list.tsx";
import { isActive } from "../state-of.ts";
import { Button } from "../ui/button.tsx";
import { Dialog, DialogClose, DialogContent, DialogTrigger } from "../ui/dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { Spinner } from "../ui/spinner.tsx";

interface DryRunDialogProps {
  zone: ZoneView;
  /** The button that opens it. */
  trigger: ReactNode;
  /** The changes that are held, so that they can be allowed from here. */
  allowHash?: string;
}

/** What a pass would change now, found out by a run that changes nothing; held changes can be allowed below it. */
export function DryRunDialog({ zone, trigger, allowHash }: DryRunDialogProps) {
  const [open, setOpen] = useState(false);
  const zoneId = zone.id;
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => api("POST /zones/{zoneId}/sync", { params: { zoneId }, body: { mode: "plan" } }),
  });
  const runId = start.data?.runId ?? 0;
  const run = useQuery({
    queryKey: ["run", "dry", runId],
    queryFn: ({ signal }) => api("GET /runs/{runId}", { params: { runId }, signal }),
    enabled: open && runId > 0,
    refetchInterval: ({ state }) => (!state.data || isActive(state.data.state) ? 700 : false),
  });
  const allow = useMutation({
    mutationFn: (planHash: string) => api("POST /zones/{zoneId}/allow", { params: { zoneId }, body: { planHash } }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["zones"] });
      void client.invalidateQueries({ queryKey: ["records"] });
      setOpen(false);
    },
  });

  function changeOpen(next: boolean) {
    setOpen(next);
    allow.reset();
    if (next) start.mutate();
  }

  const done = run.data && !isActive(run.data.state) ? run.data : undefined;
  const step = done?.steps[0];
  const changes = (step?.changes ?? []).filter((change) => change.action !== "keep");
  const failure = start.error ?? run.error ?? allow.error;
  return (
    <Dialog open={open} onOpenChange={changeOpen}>
      <DialogTrigger asChild>{trigger}</DialogTrigger>
      <DialogContent
        title={allowHash ? `Changes that wait in ${zone.name}` : `What a pass would change in ${zone.name}`}
        description={
          allowHash
            ? "Allowing lets exactly these through, once. If anything else changes meanwhile, the panel stops again."
            : "Nothing is changed by looking."
        }
        className="max-w-2xl"
        footer={
          <>
            {runId > 0 ? (
              <Button asChild variant="ghost" className="mr-auto">
                <Link href={`/runs/${runId}`}>Open run {runId}</Link>
              </Button>
            ) : null}
            <DialogClose asChild>
              <Button>Close</Button>
            </DialogClose>
            {allowHash && changes.length > 0 ? (
              <Button variant="danger" pending={allow.isPending} onClick={() => allow.mutate(allowHash)}>
                Allow {changes.length} {changes.length === 1 ? "change" : "changes"}
              </Button>
            ) : null}
          </>
        }
      >
        {failure ? <ErrorPanel className="mb-3" message={failure.message} /> : null}
        {done ? (
          step?.error ? (
            <ErrorPanel message={step.error.message} advice={step.error.advice} />
          ) : changes.length > 0 ? (
            <ChangeList changes={changes} />
          ) : (
            <p>
              Nothing: Route 53 has what the panel wants.
              {allowHash ? " The next pass lets the zone go on." : null}
            </p>
          )
        ) : failure ? null : (
          <p role="status" className="flex items-center gap-2 text-muted">
            <Spinner /> Reading the zone
          </p>
        )}
      </DialogContent>
    </Dialog>
  );
}
