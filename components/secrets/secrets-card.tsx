"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import Link from "next/link";
import type { SecretRow, ServiceSecrets } from "#lib/secret-stores/types.ts";
import { api } from "../api-client.ts";
import { stateOfRun } from "../state-of.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

interface SecretsCardProps {
  serviceName: string;
  initialData: ServiceSecrets;
}

/** Names, ages and places; values never come to a page. */
export function SecretsCard({ serviceName, initialData }: SecretsCardProps) {
  const { data } = useQuery({
    queryKey: ["services", "secrets", serviceName],
    queryFn: ({ signal }) => api("GET /services/{serviceName}/secrets", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.secrets.some(({ run }) => run) ? 3_000 : 30_000),
  });
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title="Secrets"
        note={`Kept encrypted by the panel and handed to the swarm${data.bitwarden ? " and to Bitwarden Secrets Manager" : ""}. Their values are never shown here.`}
      />
      {data.secrets.length === 0 ? (
        <EmptyState icon={KeyRound} title="No secrets">
          A service with a database gets its passwords here by itself; others are asked for by the wizard.
        </EmptyState>
      ) : (
        <Table label="Secrets">
          <TableHead>
            <Th>Name</Th>
            <Th>Where it is used</Th>
            <Th>Value since</Th>
            <Th>
              <span className="sr-only">Acts</span>
            </Th>
          </TableHead>
          <TableBody>
            {data.secrets.map((secret) => (
              <Row key={secret.name} secret={secret} serviceName={serviceName} data={data} />
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

function Row({ secret, serviceName, data }: { secret: SecretRow; serviceName: string; data: ServiceSecrets }) {
  return (
    <TableRow>
      <Td wide className="align-top">
        <span className="inline-flex max-w-full items-center gap-1">
          <code className="break-all">{secret.name}</code>
          <CopyButton text={secret.name} label={`Copy the name ${secret.name}`} />
        </span>
      </Td>
      <Td label="Where it is used" wide className="align-top">
        <Uses secret={secret} />
      </Td>
      <Td label="Value since" className="whitespace-nowrap align-top">
        <RelativeTime at={secret.createdAt} />
        <span className="block text-muted text-xs">version {secret.version}</span>
      </Td>
      <Td className="self-end align-top">
        <span className="flex flex-wrap items-center gap-2 sm:justify-end">
          {secret.run ? <OpenRun run={secret.run} /> : null}
          {data.mayRotate ? (
            <RotateDialog
              serviceName={serviceName}
              secret={secret}
              engine={data.engine}
              disabled={secret.run !== null && secret.run.state !== "failed"}
            />
          ) : null}
        </span>
      </Td>
    </TableRow>
  );
}

function Uses({ secret: { uses, leftovers, olderVersions } }: { secret: SecretRow }) {
  return (
    <ul className="grid gap-1">
      {uses.length === 0 ? <li className="text-muted">Nothing the panel knows of uses it.</li> : null}
      {uses.map(({ words, href }) => (
        <li key={words} className="break-words">
          {href ? (
            <Link href={href} className="text-accent underline-offset-4 hover:underline">
              {words}
            </Link>
          ) : (
            words
          )}
        </li>
      ))}
      {olderVersions.length > 0 ? (
        <li className="text-muted">
          {olderVersions.length === 1 ? "Version" : "Versions"} {olderVersions.join(", ")} still kept until the new one
          is everywhere
        </li>
      ) : null}
      {leftovers.length > 0 ? (
        <li className="break-words text-muted">
          {leftovers.join(", ")}: in the running database's container only, and opens nothing
        </li>
      ) : null}
    </ul>
  );
}

function OpenRun({ run }: { run: NonNullable<SecretRow["run"]> }) {
  const { state, word } = stateOfRun(run.state as Parameters<typeof stateOfRun>[0], "apply");
  return (
    <Link href={`/runs/${run.id}`} className="inline-flex items-center gap-2 whitespace-nowrap">
      <StateBadge state={state} word={word} plain />
      <span className="text-accent text-sm underline-offset-4 hover:underline">Run {run.id}</span>
    </Link>
  );
}
