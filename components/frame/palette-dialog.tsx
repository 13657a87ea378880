"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { useState } from "react";
import type { Role } from "#lib/access/types.ts";
import { api } from "../api-client.ts";
import { stateOfService } from "../state-of.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import { askedService, listPaletteGroups, type PaletteGroup, type PaletteItem } from "./palette-items.ts";

interface PaletteDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  roles: readonly Role[];
}

/** Finds services and runs, goes anywhere, begins things. */
export function PaletteDialog({ open, onOpenChange, roles }: PaletteDialogProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState("");
  const query = askedService(text);
  const found = useQuery({
    queryKey: ["services", "palette", query],
    queryFn: ({ signal }) => api("GET /services", { query: { q: query || undefined, limit: 8 }, signal }),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const services = (found.data?.items ?? []).filter(
    // While the next answer is on its way, the last one still shows what fits it.
    (service) => !found.isPlaceholderData || service.name.includes(query.toLowerCase()),
  );
  const groups = listPaletteGroups({ text, services, roles });
  const items = groups.flatMap((group) => group.items);
  // Answers come late: what is marked must be something that is there.
  const marked = items.some((item) => item.href === chosen) ? chosen : (items[0]?.href ?? "");

  function go(href: string) {
    onOpenChange(false);
    setText("");
    router.push(href);
  }

  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[10vh] z-50 mx-auto max-w-xl animate-rise overflow-hidden rounded-lg border border-line bg-raised shadow-2xl focus:outline-none"
        >
          <Radix.Title className="sr-only">Search or do</Radix.Title>
          <Command loop label="Search or do" shouldFilter={false} value={marked} onValueChange={setChosen}>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A service, a run’s number, a page"
              className="h-12 w-full border-line border-b bg-transparent px-4 text-lg outline-none placeholder:text-muted"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              {items.length === 0 ? (
                <p className="px-3 py-6 text-center text-muted">
                  {found.isFetching ? "Looking…" : "Nothing of that name."}
                </p>
              ) : null}
              {groups.map((group) => (
                <Group key={group.heading} group={group} onSelect={go} />
              ))}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Group({ group, onSelect }: { group: PaletteGroup; onSelect: (href: string) => void }) {
  return (
    <Command.Group
      heading={group.heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs"
    >
      {group.items.map((item) => (
        <Item key={item.href} item={item} onSelect={onSelect} />
      ))}
    </Command.Group>
  );
}

function Item({ item, onSelect }: { item: PaletteItem; onSelect: (href: string) => void }) {
  const { icon: Icon, label, service } = item;
  return (
    <Command.Item
      value={item.href}
      onSelect={() => onSelect(item.href)}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-2 data-[selected=true]:bg-hover"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {service ? <StateBadge plain {...stateOfService(service.state)} /> : null}
    </Command.Item>
  );
}
