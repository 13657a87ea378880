"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Anchor, ListChecks, type LucideIcon, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { Dialog as Radix } from "radix-ui";
import { useDeferredValue, useState } from "react";
import { api } from "../api-client.ts";
import { stateOfService } from "../state-of.ts";
import { StateBadge } from "../ui/state-badge.tsx";
import { DESTINATIONS } from "./navigation.ts";

interface PaletteDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  mayCreate: boolean;
}

/** Finds services and runs, goes anywhere, begins things. */
export function PaletteDialog({ open, onOpenChange, mayCreate }: PaletteDialogProps) {
  const router = useRouter();
  const [text, setText] = useState("");
  const query = useDeferredValue(text.trim());
  const services = useQuery({
    queryKey: ["services", "palette", query],
    queryFn: ({ signal }) => api("GET /services", { query: { q: query, limit: 8 }, signal }),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const runNumber = /^(?:run\s*)?#?(\d{1,9})$/i.exec(text.trim())?.[1];

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
          <Command loop label="Search or do">
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="A service, a run's number, a page, or what you want to do"
              className="h-12 w-full border-line border-b bg-transparent px-4 text-lg outline-none placeholder:text-base placeholder:text-muted"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-center text-muted">
                {services.isFetching ? "Looking…" : "Nothing of that name."}
              </Command.Empty>
              {mayCreate ? (
                <Group heading="Do">
                  <Item
                    icon={Plus}
                    value="provision new service create add"
                    label="Provision a new service"
                    onSelect={() => go("/services/new")}
                  />
                </Group>
              ) : null}
              {runNumber ? (
                <Group heading="Run">
                  <Item
                    icon={ListChecks}
                    value={`run ${text}`}
                    label={`Open run ${runNumber}`}
                    onSelect={() => go(`/runs/${runNumber}`)}
                  />
                </Group>
              ) : null}
              {services.data && services.data.items.length > 0 ? (
                <Group heading="Services">
                  {services.data.items.map((service) => {
                    const { state, word } = stateOfService(service.state);
                    return (
                      <Item
                        key={service.id}
                        icon={Anchor}
                        value={`${service.name} ${service.purpose} ${query}`}
                        label={service.name}
                        mark={<StateBadge plain state={state} word={word} />}
                        onSelect={() => go(`/services/${service.name}`)}
                      />
                    );
                  })}
                </Group>
              ) : null}
              <Group heading="Go to">
                {DESTINATIONS.map(({ href, label, icon, keywords }) => (
                  <Item
                    key={href}
                    icon={icon}
                    value={`${label} ${keywords.join(" ")}`}
                    label={label}
                    onSelect={() => go(href)}
                  />
                ))}
              </Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Group({ heading, children }: { heading: string; children: React.ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:text-xs"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  icon: LucideIcon;
  value: string;
  label: string;
  mark?: React.ReactNode;
  onSelect: () => void;
}

function Item({ icon: Icon, value, label, mark, onSelect }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-2 data-[selected=true]:bg-hover"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {mark}
    </Command.Item>
  );
}
