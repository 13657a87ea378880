"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { toast } from "sonner";
import { ROLE_WORDS } from "#lib/access/constants.ts";
import type { TokenView } from "#lib/access/schema.ts";
import type { Role } from "#lib/access/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { NewTokenDialog } from "./new-token-dialog.tsx";

/** The reader's API tokens: what programs of theirs sign in with. */
export function TokensCard({ initialData, roles }: { initialData: TokenView[]; roles: readonly Role[] }) {
  const queries = useQueryClient();
  const { data: tokens } = useQuery({
    queryKey: ["tokens"],
    queryFn: async ({ signal }) => (await api("GET /tokens", { signal })).tokens,
    initialData,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ["tokens"] });

  async function revoke(token: TokenView) {
    await api("DELETE /tokens/{tokenId}", { params: { tokenId: token.id } });
    toast.success(`The token ${token.name} opens nothing any more.`);
    await refresh();
  }

  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="API tokens"
        note="For your own programs and CI pipelines. A token can do what you can do, or less."
        actions={<NewTokenDialog roles={roles} onMade={refresh} />}
      />
      {tokens.length > 0 ? (
        <Table label="API tokens">
          <TableHead>
            <Th>Name</Th>
            <Th>Roles</Th>
            <Th>Made</Th>
            <Th>Last used</Th>
            <Th>Ends</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </TableHead>
          <TableBody>
            {tokens.map((token) => (
              <TableRow key={token.id}>
                <Td wide className="max-w-80 truncate font-medium">
                  {token.name}
                </Td>
                <Td label="Roles">{token.roles.map((role) => ROLE_WORDS[role]).join(", ")}</Td>
                <Td label="Made" className="text-muted">
                  <RelativeTime at={token.createdAt} />
                </Td>
                <Td label="Last used" className="text-muted">
                  {token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : "never"}
                </Td>
                <Td label="Ends" className="text-muted">
                  <RelativeTime at={token.expiresAt} />
                </Td>
                <Td className="text-right">
                  <ConfirmDialog
                    trigger={<Button size="sm">Revoke</Button>}
                    title={`Revoke ${token.name}?`}
                    action="Revoke"
                    onConfirm={() => revoke(token)}
                  >
                    Programs that use it are refused from their next request on.
                  </ConfirmDialog>
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      ) : (
        <EmptyState icon={KeyRound} title="No tokens">
          Make one to use the panel’s API from a program.
        </EmptyState>
      )}
    </Card>
  );
}
