"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { AccountList } from "#lib/databases/types.ts";
import { api } from "../api-client.ts";

const keyOf = (serviceName: string) => ["read-only-accounts", serviceName];

export function useAccounts(serviceName: string, initialData: AccountList): AccountList {
  const { data } = useQuery({
    queryKey: keyOf(serviceName),
    queryFn: ({ signal }) => api("GET /services/{serviceName}/read-only-accounts", { params: { serviceName }, signal }),
    initialData,
    refetchInterval: ({ state }) =>
      state.data?.accounts.some((one) => one.state === "making" || one.state === "revoking") ? 1_500 : 15_000,
  });
  return data;
}

/** Something done with one of them; afterwards the card shows them as they are then. */
export function useAccountAct<Input, Output>(serviceName: string, act: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(serviceName) }),
  });
}
