"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Handshake, Plus } from "lucide-react";
import { toast } from "sonner";
import type { DelegationList, DelegationView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { ownTimeZone } from "../backups/time-zone-field.tsx";
import { formatInZone } from "../backups/zoned-time.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { useHydrated } from "../ui/use-now.ts";
import { LendDialog } from "./lend-dialog.tsx";
import { VOTES_KEY } from "./votes-key.ts";

interface LentVotesProps {
  initialData: DelegationList;
  readerId: string;
}

/** Votes that managers lent to somebody for a time. */
export function LentVotes({ initialData, readerId }: LentVotesProps) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: VOTES_KEY,
    queryFn: ({ signal }) => api("GET /delegations", { signal }),
    initialData,
    refetchInterval: 30_000,
  });
  async function end(one: DelegationView) {
    await api("DELETE /delegations/{delegationId}", { params: { delegationId: one.id } });
    toast.success(`${one.to.name} has it no more.`);
    await client.invalidateQueries({ queryKey: VOTES_KEY });
  }
  const { delegations, mayLend, people } = data;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Lent votes"
        note="Whoever holds a lent vote may approve in the other’s name. What is shown is both: whose vote it was and who gave it. A vote never counts for a release that either of them asked for or edited."
        actions={
          mayLend ? (
            <LendDialog
              people={people}
              trigger={
                <Button variant="primary">
                  <Plus aria-hidden /> Lend my vote
                </Button>
              }
            />
          ) : null
        }
      />
      {delegations.length === 0 ? (
        <EmptyState icon={Handshake} title="No vote is lent">
          {mayLend
            ? "Lend yours while you are away, so that releases do not wait for you."
            : "A manager who is away can lend you theirs."}
        </EmptyState>
      ) : (
        <Table label="Lent votes">
          <TableHead>
            <Th>Whose</Th>
            <Th>To</Th>
            <Th>From</Th>
            <Th>Until</Th>
            <Th>State</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </TableHead>
          <TableBody>
            {delegations.map((one) => (
              <TableRow key={one.id}>
                <Td wide className="max-w-56 font-medium">
                  <span className="block truncate">{nameOf(one.from, readerId)}</span>
                </Td>
                <Td label="To" className="max-w-56">
                  <span className="block truncate">{nameOf(one.to, readerId)}</span>
                </Td>
                <Td label="From" className="text-muted">
                  <When at={one.startsAt} />
                </Td>
                <Td label="Until" className="text-muted">
                  <When at={one.endedAt ?? one.endsAt} />
                </Td>
                <Td label="State">
                  <VoteState state={one.state} wasEnded={one.endedAt !== null} />
                </Td>
                <Td className="text-right max-sm:col-span-2 max-sm:text-left">
                  {one.mayEnd ? (
                    <ConfirmDialog
                      trigger={
                        <Button size="sm">
                          Take it back<span className="sr-only"> from {one.to.name}</span>
                        </Button>
                      }
                      title="Take the vote back?"
                      action="Take it back"
                      danger={false}
                      onConfirm={() => end(one)}
                    >
                      {one.to.name} can approve with it no more. Votes given already stay.
                    </ConfirmDialog>
                  ) : null}
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

/** By the reader's clocks, without seconds: nobody lends by the second. */
function When({ at }: { at: string }) {
  return <time dateTime={at}>{formatInZone(at, useHydrated() ? ownTimeZone() : "UTC")}</time>;
}

const nameOf = (person: { id: string; name: string }, readerId: string) =>
  person.id === readerId ? `${person.name} (you)` : person.name;

function VoteState({ state, wasEnded }: { state: DelegationView["state"]; wasEnded: boolean }) {
  if (state === "holds") return <StateBadge plain state="done" word="Lent now" />;
  if (state === "coming") return <StateBadge plain state="waiting" word="Not yet" />;
  return <StateBadge plain state="skipped" word={wasEnded ? "Taken back" : "Over"} />;
}
