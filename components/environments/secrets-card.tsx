"use client";

import { KeyRound } from "lucide-react";
import type { EnvironmentConfigView } from "#lib/releases/types.ts";
import { DATABASE_SECRETS } from "#lib/services/constants.ts";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import type { Place } from "./use-config.ts";

const isDatabases = (name: string) => (DATABASE_SECRETS as readonly string[]).includes(name);

/** What the app is given in files: which value it has and which one it runs with, never the value itself. */
export function SecretsCard({ place, config }: { place: Place; config: EnvironmentConfigView }) {
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Secrets" note="Files the app finds below /run/secrets. Values go in and never come out." />
      {config.secrets.length === 0 ? (
        <EmptyState icon={KeyRound} title="No secrets">
          A release says which secrets its app is given.
        </EmptyState>
      ) : (
        <Table label={`Secrets of ${place.environment}`}>
          <TableHead>
            <Th>Secret</Th>
            <Th>Newest value</Th>
            <Th>Runs with</Th>
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          </TableHead>
          <TableBody>
            {config.secrets.map((one) => (
              <TableRow key={one.name}>
                <Td wide>
                  <code className="break-all">{one.name}</code>
                </Td>
                <Td label="Newest value">
                  {one.version === null ? (
                    <StateBadge plain alert state="person" word="Not given yet" />
                  ) : (
                    `value ${one.version}`
                  )}
                </Td>
                <Td label="Runs with">
                  {one.running === null ? (
                    <span className="text-muted">not with it</span>
                  ) : one.running === one.version ? (
                    `value ${one.running}`
                  ) : (
                    <StateBadge
                      plain
                      state="waiting"
                      word={`value ${one.running}, until the next deployment`}
                      className="whitespace-normal"
                    />
                  )}
                </Td>
                <Td className="text-right max-sm:col-span-2 max-sm:text-left">
                  {isDatabases(one.name) ? (
                    <span className="text-muted">the database’s own</span>
                  ) : config.mayEdit ? (
                    <SecretDialog place={place} name={one.name} isSet={one.version !== null} />
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
