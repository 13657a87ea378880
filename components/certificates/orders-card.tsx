"use client";

import Link from "next/link";
import type { CertificateView, OrderView } from "#lib/certificates/types.ts";
import { Badge } from "../ui/badge.tsx";
import { Card, CardHeader } from "../ui/card.tsx";
import { Duration } from "../ui/duration.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";
import { explainProblem, lookOfOrder } from "./order-words.ts";

/** Everything that was ever asked for these names, with what the authority said to it. */
export function OrdersCard({ certificate }: { certificate: CertificateView }) {
  const { orders } = certificate;
  if (orders.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader title="Orders" note="The newest first; the one that serves is marked." />
      <Table label="Orders">
        <TableHead>
          <Th>Order</Th>
          <Th>State</Th>
          <Th>Begun</Th>
          <Th>Took</Th>
          <Th>Serial</Th>
          <Th>Run</Th>
        </TableHead>
        <TableBody>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} serves={order.isCurrent && certificate.state === "issued"} />
          ))}
        </TableBody>
      </Table>
    </Card>
  );
}

function OrderRow({ order, serves }: { order: OrderView; serves: boolean }) {
  const { state, word } = lookOfOrder(order.state);
  return (
    <TableRow>
      <Td wide className="min-w-56 max-w-[34rem]">
        <span className="flex flex-wrap items-center gap-2">
          {order.purpose === "renew" ? "Renewal" : "First issue"}
          {serves ? <Badge tone="done">serves now</Badge> : null}
        </span>
        {order.problem ? <Problem problem={order.problem} /> : null}
      </Td>
      <Td label="State">
        <StateBadge plain state={state} word={word} />
      </Td>
      <Td label="Begun" className="whitespace-nowrap">
        <RelativeTime at={order.createdAt} />
      </Td>
      <Td label="Took" className="whitespace-nowrap tabular-nums">
        {order.finishedAt ? <Duration from={order.createdAt} to={order.finishedAt} /> : "–"}
      </Td>
      <Td label="Serial">{order.serial ? <MonoId value={order.serial} head={6} tail={4} what="serial" /> : "–"}</Td>
      <Td label="Run">
        {order.runId ? (
          <Link href={`/runs/${order.runId}`} className="text-accent underline underline-offset-4">
            {order.runId}
          </Link>
        ) : (
          "–"
        )}
      </Td>
    </TableRow>
  );
}

/** A problem document in words: what it means, which names, and the authority's own words below. */
function Problem({ problem }: { problem: NonNullable<OrderView["problem"]> }) {
  const { type, detail, names, subproblems } = problem;
  const [first = "", ...rest] = detail.split("\n");
  const meaning = explainProblem(type);
  const own = [...(meaning ? [first] : []), ...rest, ...subproblems.map((one) => `${one.name ?? ""}: ${one.detail}`)];
  return (
    <div className="grid gap-0.5 text-sm">
      <p className="break-words text-failed">{meaning ?? first}</p>
      {names.length > 0 ? <p className="break-all text-muted text-xs">{names.join(", ")}</p> : null}
      {own.length > 0 || type ? (
        <details className="text-muted text-xs">
          <summary className="w-fit">What the authority said</summary>
          <p className="whitespace-pre-wrap break-words pt-1">{own.join("\n")}</p>
          {type ? <code className="break-all">{type}</code> : null}
        </details>
      ) : null}
    </div>
  );
}
