"use client";

import { PackageSearch } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { MANAGERS } from "#lib/readiness/constants.ts";
import type { DependencyView, ReadinessView } from "#lib/readiness/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

interface DependenciesCardProps {
  serviceName: string;
  data: ReadinessView;
  onChange: (next: ReadinessView) => void;
}

/** What pip, npm, gem and pecl installed, and what Debian has in their place. */
export function DependenciesCard({ serviceName, data, onChange }: DependenciesCardProps) {
  return (
    <Card aria-label="Dependencies" className="overflow-hidden">
      <CardHeader
        title="From language package managers"
        note="Nobody vouches for what they install from end to end. Where Debian has a package that is new enough, prefer it."
      />
      {data.dependencies.length === 0 ? (
        <EmptyState icon={PackageSearch} title="None found">
          {data.surveys.some(({ at }) => at !== null)
            ? "pip, npm, gem and pecl left nothing in the running tasks."
            : "They are found when a worker looks into the running tasks."}
        </EmptyState>
      ) : (
        <Table label="Dependencies">
          <TableHead>
            <Th>Package</Th>
            <Th>Version</Th>
            <Th>Manager</Th>
            <Th>Debian package</Th>
          </TableHead>
          <TableBody>
            {data.dependencies.map((one) => (
              <TableRow key={one.id}>
                <Td wide className="break-words">
                  {one.name}
                </Td>
                <Td label="Version">{one.version || "—"}</Td>
                <Td label="Manager">
                  {one.manager} <span className="text-muted">({MANAGERS[one.manager].language})</span>
                </Td>
                <Td label="Debian package">
                  <Replacement serviceName={serviceName} one={one} mayWrite={data.mayWrite} onChange={onChange} />
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

interface ReplacementProps {
  serviceName: string;
  one: DependencyView;
  mayWrite: boolean;
  onChange: (next: ReadinessView) => void;
}

function Replacement({ serviceName, one, mayWrite, onChange }: ReplacementProps) {
  const [pending, setPending] = useState(false);
  async function lookUp() {
    setPending(true);
    try {
      onChange(
        await api("POST /services/{serviceName}/readiness/dependencies/{documentId}/look-up", {
          params: { serviceName, documentId: one.id },
        }),
      );
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }
  if (one.debian?.package)
    return (
      <span className="break-words">
        <code>{one.debian.package}</code>
        <span className="block text-muted text-xs">{one.debian.versions.join(", ")}</span>
      </span>
    );
  if (one.debian) return <span className="text-muted">none in Debian</span>;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="text-muted">
        perhaps <code>{one.guess}</code>
      </span>
      {mayWrite ? (
        <Button size="sm" variant="ghost" pending={pending} onClick={lookUp} aria-label={`Look up ${one.name}`}>
          Look up
        </Button>
      ) : null}
    </span>
  );
}
