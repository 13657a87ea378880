"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { FeasibilityView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { StateIcon } from "../ui/state-badge.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { useRefresh } from "./use-releases.ts";

interface RollbackDialogProps {
  serviceName: string;
  environment: string;
  /** The earlier deployment to go back to. */
  deploymentId: string;
  releaseNumber: number;
  primary?: boolean;
}

/** Goes back to what ran before, once it was looked at whether that can be done. */
export function RollbackDialog(props: RollbackDialogProps) {
  const { serviceName, environment, deploymentId, releaseNumber, primary = false } = props;
  const router = useRouter();
  const refresh = useRefresh();
  const [wasOpened, setWasOpened] = useState(false);
  const { data, error } = useQuery({
    queryKey: ["deployments", "feasibility", deploymentId],
    queryFn: ({ signal }) =>
      api("GET /deployments/{deploymentId}/rollback-feasibility", { params: { deploymentId }, signal }),
    enabled: wasOpened,
    refetchInterval: 5_000,
  });
  return (
    <ReasonDialog
      trigger={
        <Button variant={primary ? "primary" : "secondary"}>
          <History aria-hidden /> Roll back to release {releaseNumber}…
        </Button>
      }
      title={`Roll ${environment} back to release ${releaseNumber}?`}
      reason={{ label: "Reason", why: "It is mailed and kept with the deployment.", min: 10 }}
      nameToType={serviceName}
      action={`Roll back to release ${releaseNumber}`}
      isBlocked={!data?.ok}
      onOpen={() => setWasOpened(true)}
      onConfirm={async ({ reason, confirm }) => {
        const { id } = await api("POST /deployments/rollback", { body: { deploymentId, reason, confirm } });
        void refresh();
        router.push(`/deployments/${id}`);
      }}
    >
      <p>
        The image, the settings and the secrets of then come back, task by task. Nobody has to approve it, and no freeze
        stops it. Data stays as it is now.
      </p>
      {error ? <ErrorPanel message={error.message} /> : null}
      {data ? (
        <Feasibility feasibility={data} />
      ) : error ? null : (
        <SkeletonRows rows={3} label="Looking whether it can be done" />
      )}
    </ReasonDialog>
  );
}

const CHECKS: Record<FeasibilityView["checks"][number]["check"], string> = {
  digest: "The image",
  migrations: "The database’s schema",
  backup: "A proven backup",
  secrets: "The secrets of then",
};

/** Whether it can be done, line by line. */
function Feasibility({ feasibility }: { feasibility: FeasibilityView }) {
  return (
    <section aria-label="Can it be done?" className="rounded-md border border-line p-3">
      <p className="pb-2 font-medium">
        {feasibility.ok ? "It can be done" : <span className="text-failed">It cannot be done</span>}
      </p>
      <ul className="grid grid-cols-1 gap-2">
        {feasibility.checks.map(({ check, ok, words, at }) => (
          <li key={check} className="flex items-start gap-2">
            <StateIcon
              state={ok === null ? "person" : ok ? "done" : "failed"}
              word={ok === null ? "Not known" : ok ? "Good" : "Not good"}
              className="mt-0.5"
            />
            <div className="min-w-0 text-sm">
              <p className="font-medium">{CHECKS[check]}</p>
              <p className="text-muted [overflow-wrap:anywhere]">
                {words}
                {at ? (
                  <>
                    {" "}
                    (<RelativeTime at={at} />)
                  </>
                ) : null}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
