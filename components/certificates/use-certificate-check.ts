"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CertificateCheckRequest } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";

const PAUSE_MS = 300;

/** What asking for it would lead to, asked whenever the typing pauses. */
export function useCertificateCheck(asked: CertificateCheckRequest) {
  const text = JSON.stringify(asked);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isEmpty = (asked.names?.length ?? 0) === 0 && !asked.csr;
  const query = useQuery({
    queryKey: ["certificates", "check", settled],
    queryFn: ({ signal }) =>
      api("POST /certificates/check", { body: JSON.parse(settled) as CertificateCheckRequest, signal }),
    enabled: !isEmpty,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    retry: false,
  });
  return {
    check: isEmpty ? undefined : query.data,
    /** What was typed last has been answered. */
    isSettled: !isEmpty && settled === text && query.isSuccess && !query.isPlaceholderData,
    error: query.error,
  };
}
