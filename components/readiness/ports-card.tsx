"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Network, ScanSearch } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import type { ReadinessView } from "#lib/readiness/types.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { type State, StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

type Port = ReadinessView["ports"][number];

const STATES: Record<Port["state"], { state: State; word: string }> = {
  ok: { state: "done", word: "As declared" },
  undeclared: { state: "person", word: "Not declared" },
  silent: { state: "person", word: "Nothing listens" },
  exposed: { state: "failed", word: "Exposed" },
  local: { state: "skipped", word: "Inside only" },
};

interface PortsCardProps {
  serviceName: string;
  data: ReadinessView;
}

/** What really listens, beside what was declared. */
export function PortsCard({ serviceName, data }: PortsCardProps) {
  const problems = data.ports.flatMap(({ problem, environment }) => (problem ? [{ problem, environment }] : []));
  return (
    <Card aria-label="Ports" className="overflow-hidden">
      <CardHeader
        title="Ports and protocols"
        note="What the running tasks listen on, beside what was declared. Asked every 15 minutes once the service is live."
      />
      <CardBody className="grid gap-3">
        {data.surveys.map((survey) => (
          <Survey key={survey.environment} serviceName={serviceName} survey={survey} mayLook={data.mayLook} />
        ))}
        {problems.length > 0 ? (
          <Callout tone="warning" title="Not as it was declared">
            <ul className="grid gap-1">
              {problems.map(({ problem, environment }) => (
                <li key={`${environment} ${problem}`} className="break-words">
                  {data.surveys.length > 1 ? `${environment}: ` : ""}
                  {problem}
                </li>
              ))}
            </ul>
          </Callout>
        ) : null}
        {data.firewall.length > 0 ? (
          <Callout tone="info" title="The firewall has to keep out">
            <ul className="grid gap-1">
              {data.firewall.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          </Callout>
        ) : null}
      </CardBody>
      {data.ports.length === 0 ? (
        <EmptyState icon={Network} title="Nobody has looked yet">
          A worker looks into the running tasks: what listens, what is installed, which files were changed.
        </EmptyState>
      ) : (
        <Table label="Ports">
          <TableHead>
            <Th>Port</Th>
            <Th>For</Th>
            <Th>Listens on</Th>
            <Th>Published on</Th>
            <Th>State</Th>
          </TableHead>
          <TableBody>
            {data.ports.map((port) => (
              <TableRow key={`${port.environment} ${port.part} ${port.port}/${port.protocol}`}>
                <Td wide>
                  <code>
                    {port.protocol} {port.port}
                  </code>{" "}
                  <span className="text-muted">
                    {port.part === "db" ? "database" : "app"}
                    {data.surveys.length > 1 ? `, ${port.environment}` : ""}
                  </span>
                </Td>
                <Td label="For" className="break-words">
                  {port.purpose || (port.guarded ?? "—")}
                </Td>
                <Td label="Listens on">
                  {port.addresses.length > 0 ? (
                    <code className="break-all">{port.addresses.join(", ")}</code>
                  ) : (
                    "nothing"
                  )}
                </Td>
                <Td label="Published on">{port.published ?? "inside only"}</Td>
                <Td label="State">
                  <StateBadge state={STATES[port.state].state} word={STATES[port.state].word} plain />
                </Td>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </Card>
  );
}

function Survey({
  serviceName,
  survey,
  mayLook,
}: {
  serviceName: string;
  survey: ReadinessView["surveys"][number];
  mayLook: boolean;
}) {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const isAtWork = survey.run !== null && ["pending", "running", "waiting"].includes(survey.run.state);

  async function look() {
    setPending(true);
    try {
      await api("POST /services/{serviceName}/readiness/look", {
        params: { serviceName },
        body: { environment: survey.environment },
      });
      await queries.invalidateQueries({ queryKey: ["services", "readiness", serviceName] });
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "That did not work. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="grid gap-1">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="font-medium">{survey.environment}</span>
        <span className="text-muted text-sm">
          {survey.at ? (
            <>
              looked at <RelativeTime at={survey.at} />
            </>
          ) : (
            "not looked at yet"
          )}
        </span>
        {survey.run ? (
          <Link href={`/runs/${survey.run.id}`} className="text-accent text-sm underline-offset-4 hover:underline">
            Run {survey.run.id} {isAtWork ? "is looking" : survey.run.state}
          </Link>
        ) : null}
        {mayLook ? (
          <Button size="sm" className="ml-auto" pending={pending} disabled={isAtWork} onClick={look}>
            <ScanSearch aria-hidden className="size-4" /> Look now
          </Button>
        ) : null}
      </p>
      {survey.elsewhere > 0 ? (
        <p className="text-muted text-sm">
          {survey.elsewhere} {survey.elsewhere === 1 ? "task runs" : "tasks run"} on nodes the panel does not look into.
        </p>
      ) : null}
      {survey.unreadable.map((words) => (
        <p key={words} className="break-words text-muted text-sm">
          {words}
        </p>
      ))}
    </div>
  );
}
