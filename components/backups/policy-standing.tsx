"use client";

import { useQuery } from "@tanstack/react-query";
import { PANEL } from "#lib/backups/constants.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ErrorPanel } from "../ui/error-panel.tsx";
import { PolicyBody, PolicyClaim } from "./policy-claim.tsx";

interface PolicyStandingProps {
  /** null: the panel itself. */
  service: string | null;
  policyId: string;
}

/** How a policy stands: its claim, and its sizes over time. Nothing until the first answer, or why there is none. */
export function PolicyStanding({ service, policyId }: PolicyStandingProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ["backups", "board", { service: service ?? PANEL }],
    queryFn: ({ signal }) => api("GET /backups/board", { query: { service: service ?? PANEL }, signal }),
    refetchInterval: 15_000,
  });
  const row = data?.rows.find((one) => one.policyId === policyId);
  const trouble = error ? (
    <ErrorPanel
      title="How it stands could not be asked"
      message={error.message}
      actions={
        <Button size="sm" onClick={() => void refetch()}>
          Try again
        </Button>
      }
    />
  ) : null;
  if (!row) return trouble;
  return (
    <>
      {trouble}
      <Card className={trouble ? "mt-3" : undefined}>
        <CardHeader title={<PolicyClaim row={row} />} />
        <PolicyBody row={row} />
      </Card>
    </>
  );
}
