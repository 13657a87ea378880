"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, RefreshCw, Star, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { OWN_DISK_TARGET } from "#lib/backups/constants.ts";
import type { TargetView } from "#lib/backups/types.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { OrphansCard } from "./orphans-card.tsx";
import { TargetFacts } from "./target-facts.tsx";
import { TargetState } from "./target-state.tsx";
import { useStartRun } from "./use-start-run.ts";

interface TargetPageProps {
  initialData: TargetView;
  mayManage: boolean;
}

/** One target: whether it works, what is there, and what is there that should not be. */
export function TargetPage({ initialData, mayManage }: TargetPageProps) {
  const targetId = initialData.id;
  const { data: target } = useQuery({
    queryKey: ["backup-targets", "one", targetId],
    queryFn: ({ signal }) => api("GET /backup-targets/{targetId}", { params: { targetId }, signal }),
    initialData,
    refetchInterval: 10_000,
  });
  return (
    <>
      <PageHeader
        roomy
        crumbs={[
          { label: "Backups", href: "/backups" },
          { label: "Targets", href: "/backups/targets" },
        ]}
        title={<span className="break-words">{target.name}</span>}
        mark={
          <>
            <TargetState target={target} />
            {target.isDefault ? <Badge tone="accent">Default</Badge> : null}
          </>
        }
        actions={mayManage ? <TargetActs target={target} /> : null}
      />
      <div className="grid grid-cols-1 gap-4">
        {target.error ? <ErrorPanel title="The last check failed" message={target.error} /> : null}
        {target.missing > 0 ? (
          <Callout
            tone="warning"
            title={`${target.missing} ${target.missing === 1 ? "backup is" : "backups are"} not there any more`}
            actions={
              <Button asChild size="sm">
                <Link href={`/backups/executions?target=${target.id}&there=missing`}>Show them</Link>
              </Button>
            }
          >
            Somebody or something else removed their objects. They are not counted as restorable; if the objects come
            back, the next check finds them.
          </Callout>
        ) : null}
        <TargetFacts target={target} />
        <OrphansCard target={target} mayManage={mayManage} />
      </div>
    </>
  );
}

function TargetActs({ target }: { target: TargetView }) {
  const targetId = target.id;
  const client = useQueryClient();
  const router = useRouter();
  const check = useStartRun(() => api("POST /backup-targets/{targetId}/check", { params: { targetId } }));
  const prefer = useMutation({
    mutationFn: () => api("POST /backup-targets/{targetId}/default", { params: { targetId } }),
    onSuccess: () => toast(`New policies go to ${target.name} from now on`),
    onError: tellFailure,
    onSettled: () => client.invalidateQueries({ queryKey: ["backup-targets"] }),
  });
  const isBusy = check.isPending || check.isSuccess;
  return (
    <>
      {target.id === OWN_DISK_TARGET ? null : (
        <ConfirmDialog
          trigger={
            <Button variant="danger-quiet">
              <Trash2 aria-hidden /> Remove
            </Button>
          }
          title="Remove this target?"
          nameToType={target.name}
          action="Remove the target"
          onConfirm={async () => {
            await api("DELETE /backup-targets/{targetId}", { params: { targetId } });
            void client.invalidateQueries({ queryKey: ["backup-targets"] });
            toast(`${target.name} is removed`);
            router.push("/backups/targets");
          }}
        >
          The panel forgets <strong className="break-all font-medium">{target.name}</strong> and its secret. What is
          stored there stays there. It is refused while it is the default, a policy uses it or backups are in it.
        </ConfirmDialog>
      )}
      <Button asChild variant="ghost">
        <Link href={`/backups/targets/${target.id}/edit`}>
          <Pencil aria-hidden /> Edit
        </Link>
      </Button>
      {target.isDefault ? null : (
        <Button variant="ghost" pending={prefer.isPending} onClick={() => prefer.mutate()}>
          <Star aria-hidden /> Make it the default
        </Button>
      )}
      <Button pending={isBusy} onClick={() => check.mutate()}>
        {isBusy ? null : <RefreshCw aria-hidden />} Check now
      </Button>
    </>
  );
}
