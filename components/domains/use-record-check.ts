"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CheckRecord } from "#lib/dns/types.ts";
import { api } from "../api-client.ts";

const PAUSE_MS = 300;

function useSettled<T>(value: T): T {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled) as T;
}

/** What the server would say of the record, asked whenever the typing pauses. */
export function useRecordCheck(asked: CheckRecord, enabled: boolean) {
  const settled = useSettled(asked);
  return useQuery({
    queryKey: ["records", "check", settled],
    queryFn: ({ signal }) => api("POST /records/check", { body: settled, signal }),
    enabled,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
}
