"use client";

import { useQuery } from "@tanstack/react-query";
import { PANEL } from "#lib/backups/constants.ts";
import { api } from "../api-client.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { PolicyClaim, PolicyLine } from "./policy-claim.tsx";
import { SizeFigure } from "./size-figure.tsx";

interface PolicyStandingProps {
  /** null: the panel itself. */
  service: string | null;
  policyId: string;
}

/** How a policy stands: its claim, and its sizes over time. Nothing until the first answer. */
export function PolicyStanding({ service, policyId }: PolicyStandingProps) {
  const { data } = useQuery({
    queryKey: ["backups", "board", { service: service ?? PANEL }],
    queryFn: ({ signal }) => api("GET /backups/board", { query: { service: service ?? PANEL }, signal }),
    refetchInterval: 15_000,
  });
  const row = data?.rows.find((one) => one.policyId === policyId);
  if (!row) return null;
  return (
    <Card>
      <CardHeader title={<PolicyClaim row={row} />} />
      <CardBody className="grid grid-cols-1 gap-3">
        <PolicyLine row={row} />
        {row.lastBackup?.error ? <p className="break-words text-failed text-sm">{row.lastBackup.error}</p> : null}
        <SizeFigure sizes={row.sizes} of={row.policy} />
      </CardBody>
    </Card>
  );
}
