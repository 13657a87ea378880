"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { BackupLinkView, BackupPoint } from "#lib/backups/types.ts";
import { plural } from "#lib/platform/format.ts";
import { api } from "../api-client.ts";
import { tellFailure } from "../domains/tell-failure.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useNow } from "../ui/use-now.ts";
import { LinkDialog } from "./link-dialog.tsx";

const PACE_MS = 10_000;

/** Addresses that give this backup away, and making one. Nothing for those who may not, when there are none. */
export function LinkList({ point }: { point: BackupPoint }) {
  if (point.links.length === 0 && !point.may.link) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Download links"
        note="For a person who needs the data itself, for a short while."
        actions={point.may.link && point.availability === "available" ? <LinkDialog point={point} /> : null}
      />
      {point.links.length === 0 ? (
        <CardBody>
          <p className="text-muted">Nobody has been given one.</p>
        </CardBody>
      ) : (
        <Table label="Download links">
          <TableHead>
            <Th>For</Th>
            <Th>State</Th>
            <Th>Made by</Th>
            <Th numeric>Used</Th>
            <Th>
              <span className="sr-only">Acts</span>
            </Th>
          </TableHead>
          <TableBody>
            {point.links.map((link) => (
              <LinkRow key={link.id} link={link} mayRevoke={point.may.link} />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

function LinkRow({ link, mayRevoke }: { link: BackupLinkView; mayRevoke: boolean }) {
  const now = useNow(PACE_MS);
  const isOver = Date.parse(link.expiresAt) <= now;
  const isLive = link.revokedAt === null && !isOver;
  return (
    <TableRow>
      <Td wide className="max-w-80 break-words">
        {link.reason}
      </Td>
      <Td label="State">
        {link.revokedAt ? (
          <StateBadge plain state="undone" word="Revoked" />
        ) : isOver ? (
          <StateBadge plain state="skipped" word="Over" />
        ) : (
          <>
            <StateBadge plain alert state="person" word="Open" />
            <span className="block text-muted text-xs">
              ends <RelativeTime at={link.expiresAt} />
            </span>
          </>
        )}
      </Td>
      <Td label="Made by">
        {link.by}
        <span className="block text-muted text-xs">
          <RelativeTime at={link.createdAt} />
        </span>
      </Td>
      <Td label="Used" numeric className="whitespace-nowrap">
        {link.uses === 0 ? "never" : plural(link.uses, "time")}
      </Td>
      <Td className="text-right">{isLive && mayRevoke ? <RevokeButton link={link} /> : null}</Td>
    </TableRow>
  );
}

function RevokeButton({ link }: { link: BackupLinkView }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api("DELETE /backup-links/{linkId}", { params: { linkId: link.id } }),
    onSuccess: () => toast("The link does not work any more"),
    onError: tellFailure,
    onSettled: () => client.invalidateQueries({ queryKey: ["backups"] }),
  });
  return (
    <Button size="sm" variant="danger-quiet" pending={revoke.isPending} onClick={() => revoke.mutate()}>
      Revoke
    </Button>
  );
}
