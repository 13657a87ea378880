"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { toast } from "sonner";
import type { OpenItem } from "#lib/runs/schema.ts";
import { ApiError, api } from "../api-client.ts";
import { useRowKeys } from "../lists/use-row-keys.ts";
import { formatPlace } from "../runs/log/permalink.ts";
import { wordForRole } from "../runs/words.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { TableLink } from "../ui/table-link.tsx";
import { Due } from "./item-facts.tsx";
import { wordEstimate } from "./item-words.ts";

export const itemsKey = ["items"] as const;

/** Items that wait for somebody, the soonest due first. What nobody has can be taken here; the rest is done on its run's page. */
export function ItemRows({ items }: { items: readonly OpenItem[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  useRowKeys(body);
  const client = useQueryClient();
  const claim = useMutation({
    mutationFn: (stepId: number) =>
      api("POST /items/{stepId}/claim", { params: { stepId }, body: { takeOver: false } }),
    onError: (error) =>
      toast.error(error.message, error instanceof ApiError && error.advice ? { description: error.advice } : {}),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: itemsKey });
      void client.invalidateQueries({ queryKey: ["home"] });
    },
  });
  return (
    <Table label="Items">
      <TableHead>
        <Th>Item</Th>
        <Th>Service</Th>
        <Th>Due</Th>
        <Th>Who</Th>
        <Th numeric>Planned</Th>
        <Th>Waits since</Th>
        <Th>
          <span className="sr-only">Take it</span>
        </Th>
      </TableHead>
      <TableBody ref={body}>
        {items.map((item) => (
          <TableRow key={item.stepId}>
            <Td wide className="max-w-96">
              <TableLink
                href={`/runs/${item.run.id}${formatPlace({ stepKey: item.stepKey })}`}
                className="line-clamp-2 break-words"
                title={item.title}
              >
                {item.title}
              </TableLink>
              <span className="flex flex-wrap items-center gap-x-2 text-muted text-sm">
                <span className="truncate">{item.run.title}</span>
                {item.isReopened ? <Badge tone="person">open again</Badge> : null}
              </span>
            </Td>
            <Td
              label="Service"
              className={cn("max-w-48 truncate max-sm:order-2", item.service === null && "max-sm:hidden")}
            >
              {item.service ?? <span className="text-muted">–</span>}
            </Td>
            <Td label="Due" className="whitespace-nowrap max-sm:order-2">
              {item.dueBy ? <Due at={item.dueBy} /> : <span className="text-muted">–</span>}
            </Td>
            <Td label="Who" className="max-w-48 truncate max-sm:order-2">
              {item.claimedBy?.name ?? item.confirmBy?.name ?? (
                <span className="text-muted">{wordForRole(item.role)}</span>
              )}
            </Td>
            <Td
              label="Planned"
              numeric
              className={cn(
                "whitespace-nowrap text-muted max-sm:order-2",
                item.estimateMin === null && "max-sm:hidden",
              )}
            >
              {item.estimateMin === null ? "–" : wordEstimate(item.estimateMin)}
            </Td>
            <Td label="Waits since" className="whitespace-nowrap text-muted max-sm:order-2">
              {item.readyAt ? <RelativeTime at={item.readyAt} /> : "–"}
            </Td>
            <Td className="text-right max-sm:order-3">
              {item.mayConfirm && !item.claimedBy ? (
                <Button
                  size="sm"
                  className="relative"
                  pending={claim.isPending && claim.variables === item.stepId}
                  onClick={() => claim.mutate(item.stepId)}
                >
                  I take this<span className="sr-only">: {item.title}</span>
                </Button>
              ) : null}
            </Td>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
