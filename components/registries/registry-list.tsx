"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Package, Plus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { RegistryCredentialView } from "#lib/releases/types.ts";
import { api } from "../api-client.ts";
import { useStartRun } from "../backups/use-start-run.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { REGISTRIES_KEY } from "./registries-key.ts";
import { RegistryDialog } from "./registry-dialog.tsx";

interface RegistryListProps {
  initialData: { credentials: RegistryCredentialView[] };
  mayManage: boolean;
}

/** The accounts the panel signs in with where images are private. */
export function RegistryList({ initialData, mayManage }: RegistryListProps) {
  const { data } = useQuery({
    queryKey: REGISTRIES_KEY,
    queryFn: ({ signal }) => api("GET /registry-credentials", { signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.credentials.some((one) => one.checkedAt === null) ? 2_000 : 15_000),
  });
  const { credentials } = data;
  const create = mayManage ? (
    <RegistryDialog
      trigger={
        <Button variant="primary">
          <Plus aria-hidden /> Add an account
        </Button>
      }
    />
  ) : null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Private registries"
        note="One account a registry. Releases are looked up with it, and the swarm pulls with it."
        actions={credentials.length > 0 ? create : null}
      />
      {credentials.length === 0 ? (
        <EmptyState icon={Package} title="No accounts" action={create}>
          Images of public registries need none. For a private one, give the panel an account that may only pull.
        </EmptyState>
      ) : (
        <Table label="Private registries">
          <TableHead>
            <Th>Registry</Th>
            <Th>Account</Th>
            <Th>Sign-in</Th>
            <Th>Checked</Th>
            {mayManage ? (
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            ) : null}
          </TableHead>
          <TableBody>
            {credentials.map((one) => (
              <RegistryRow key={one.id} credential={one} mayManage={mayManage} />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

function SignIn({ credential: { checkedAt, error } }: { credential: RegistryCredentialView }) {
  if (error)
    return (
      <>
        <StateBadge plain state="failed" word="Refused" />
        <span className="line-clamp-2 break-words text-muted text-xs" title={error}>
          {error}
        </span>
      </>
    );
  if (checkedAt === null) return <StateBadge plain state="running" word="Being checked" />;
  return <StateBadge plain state="done" word="Works" />;
}

function RegistryRow({ credential, mayManage }: { credential: RegistryCredentialView; mayManage: boolean }) {
  const client = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const params = { credentialId: credential.id };
  const check = useStartRun(() => api("POST /registry-credentials/{credentialId}/check", { params }));
  async function remove() {
    await api("DELETE /registry-credentials/{credentialId}", { params });
    toast.success(`The account at ${credential.host} is forgotten.`);
    await client.invalidateQueries({ queryKey: REGISTRIES_KEY });
  }
  return (
    <TableRow>
      <Td wide className="max-w-80 font-medium">
        <span className="block truncate" title={credential.host}>
          {credential.host}
        </span>
      </Td>
      <Td label="Account" className="max-w-56">
        <span className="block truncate" title={credential.username}>
          {credential.username}
        </span>
      </Td>
      <Td label="Sign-in" className="max-w-72 max-sm:col-span-2">
        <SignIn credential={credential} />
      </Td>
      <Td label="Checked" className="whitespace-nowrap text-muted">
        {credential.checkedAt ? <RelativeTime at={credential.checkedAt} /> : "not yet"}
      </Td>
      {mayManage ? (
        <Td className="max-sm:col-span-2">
          <span className="flex flex-wrap justify-end gap-2 max-sm:justify-start">
            <Button size="sm" pending={check.isPending || check.isSuccess} onClick={() => check.mutate()}>
              <RefreshCw aria-hidden /> Check<span className="sr-only"> {credential.host}</span>
            </Button>
            <Button size="sm" onClick={() => setEditing(true)}>
              Edit<span className="sr-only"> {credential.host}</span>
            </Button>
            <ConfirmDialog
              trigger={
                <Button size="sm" variant="danger-quiet">
                  Remove<span className="sr-only"> {credential.host}</span>
                </Button>
              }
              title={`Forget the account at ${credential.host}?`}
              action="Forget the account"
              onConfirm={remove}
            >
              Its password is destroyed. What runs goes on; releases of images from {credential.host} can no longer be
              made or deployed.
            </ConfirmDialog>
            <RegistryDialog
              key={credential.version}
              credential={credential}
              open={isEditing}
              onOpenChange={setEditing}
            />
          </span>
        </Td>
      ) : null}
    </TableRow>
  );
}
