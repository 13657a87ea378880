"use client";

import Link from "next/link";
import type { ZoneView } from "#lib/dns/types.ts";
import { formatCount } from "#lib/platform/format.ts";
import { Card, CardBody, Fact, Facts } from "../ui/card.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { ZoneCounts } from "./zone-counts.tsx";

export function ZoneFacts({ zone }: { zone: ZoneView }) {
  return (
    <Card>
      <CardBody>
        <Facts className="lg:grid-cols-[9rem_minmax(0,1fr)]">
          <Fact name="Records">
            <ZoneCounts zone={zone} />
            <Link
              href={`/domains?zone=${encodeURIComponent(zone.name)}`}
              className="text-accent text-sm underline-offset-4 hover:underline"
            >
              All records of this zone
            </Link>
          </Fact>
          <Fact name="Compared">
            {zone.syncedAt ? (
              <>
                <RelativeTime at={zone.syncedAt} />, {formatCount(zone.setCount)} record sets seen,{" "}
                {formatCount(zone.counts.foreign)} of them not the panel’s
              </>
            ) : (
              "The zone has not been read yet. A worker does so within minutes."
            )}
          </Fact>
          <Fact name="Name servers">
            {zone.nameServers.length === 0 ? "not read yet" : null}
            <ul>
              {zone.nameServers.map((server) => (
                <li key={server}>
                  <code className="break-all">{server}</code>
                </li>
              ))}
            </ul>
          </Fact>
          <Fact name="In Route 53">
            <MonoId value={zone.providerZoneId} head={24} what="zone id" />
          </Fact>
        </Facts>
      </CardBody>
    </Card>
  );
}
