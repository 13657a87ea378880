"use client";

import { useQuery } from "@tanstack/react-query";
import type { RecordPlaces } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";
import { Card, CardBody } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { NewRecordButton } from "./new-record-button.tsx";

const PLACES_KEY = ["records", "places"];

/** The names everybody has for themselves, how many are used, and the way to another. */
export function YourNames({ initialData }: { initialData: RecordPlaces }) {
  const { data } = useQuery({
    queryKey: PLACES_KEY,
    queryFn: ({ signal }) => api("GET /records/places", { signal }),
    initialData,
  });
  const own = data.places.find((place) => place.kind === "personal");
  const elsewhere = data.places.find((place) => place.kind !== "personal");
  if (!own) return null;
  const isFull = own.limit !== null && own.used >= own.limit;
  return (
    <Card className="mb-4">
      <CardBody className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="flex items-center gap-1 font-semibold">
            <span className="min-w-0 break-all">
              Your names: <code>*.{own.suffix}</code>
            </span>
            <CopyButton text={own.suffix} label="Copy your namespace" />
          </h2>
          <p className="text-muted">
            Yours to point anywhere, for {data.lifetimeDays} days at a time; we remind you before they end.
          </p>
        </div>
        <p className="text-muted text-sm tabular-nums">
          {own.limit === null ? `${own.used} used` : `${own.used} of ${own.limit} used`}
        </p>
        <div className="flex flex-wrap items-center gap-2">
          {elsewhere ? (
            <NewRecordButton suffix={elsewhere.suffix} variant="secondary">
              New record elsewhere
            </NewRecordButton>
          ) : null}
          {isFull ? (
            <p className="text-person text-sm">Delete one to make room.</p>
          ) : (
            <NewRecordButton suffix={own.suffix}>New name</NewRecordButton>
          )}
        </div>
      </CardBody>
    </Card>
  );
}
