"use client";

import { useRef } from "react";
import type { DeploymentRow } from "#lib/releases/types.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { Duration } from "../ui/duration.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { KIND_WORDS, nameDeployment, stateOfDeployment } from "./release-words.ts";

/** Deployments, the newest first: what went where, how it ended and why. */
export function DeploymentRows({ deployments }: { deployments: readonly DeploymentRow[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  return (
    <Table label="Deployments">
      <TableHead>
        <Th>Deployment</Th>
        <Th>State</Th>
        <Th>Asked for</Th>
        <Th numeric>Took</Th>
      </TableHead>
      <TableBody ref={body}>
        {deployments.map((deployment) => {
          const { state, word } = stateOfDeployment(deployment.state);
          return (
            <TableRow key={deployment.id}>
              <Td wide className="max-w-96">
                <TableLink href={`/deployments/${deployment.id}`}>{nameDeployment(deployment)}</TableLink>
                {deployment.kind === "break-glass" ? (
                  <span className="pl-2 text-person text-xs">{KIND_WORDS["break-glass"]}</span>
                ) : null}
                {deployment.outcome ? (
                  <span className="block truncate text-muted text-xs" title={deployment.outcome}>
                    {deployment.outcome}
                  </span>
                ) : null}
              </Td>
              <Td label="State">
                <StateBadge plain state={state} word={word} />
              </Td>
              <Td label="Asked for" className="text-muted">
                <span className="whitespace-nowrap">
                  <RelativeTime at={deployment.createdAt} />
                </span>
                <span className="block max-w-44 truncate text-xs">
                  by {deployment.requestedBy?.name ?? "the panel"}
                </span>
              </Td>
              <Td label="Took" numeric className="whitespace-nowrap">
                {deployment.startedAt ? (
                  <Duration from={deployment.startedAt} to={deployment.finishedAt} />
                ) : (
                  <span className="text-muted">–</span>
                )}
              </Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
