"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { CertificateView } from "#lib/certificates/types.ts";
import { api } from "../api-client.ts";

const LOOK_MS = { busy: 1_000, quiet: 10_000 };
const certificateKey = (id: string) => ["certificates", "one", id];

/** The certificate as it is now; asked every second while a run works on it. */
export function useCertificate(initialData: CertificateView): CertificateView {
  const certificateId = initialData.id;
  const { data } = useQuery({
    queryKey: certificateKey(certificateId),
    queryFn: ({ signal }) => api("GET /certificates/{certificateId}", { params: { certificateId }, signal }),
    initialData,
    refetchInterval: ({ state }) => (state.data?.work ? LOOK_MS.busy : LOOK_MS.quiet),
  });
  return data;
}

/** Does something to a certificate, then looks again at all of them. */
export function useCertificateAct<Input = void, Output = unknown>(act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: ["certificates"] }),
  });
}
