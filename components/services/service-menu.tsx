"use client";

import { Ellipsis } from "lucide-react";
import Link from "next/link";
import type { ServiceView } from "#lib/services/types.ts";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu.tsx";

interface Entry {
  href: string;
  label: string;
  danger?: true;
}

/** What is seldom done to a whole service. */
function listEntries({ name, state }: ServiceView): Entry[] {
  const base = `/services/${encodeURIComponent(name)}`;
  if (state === "retired") return [{ href: `${base}/decommission`, label: "What is left of it" }];
  return [
    ...(state === "live" ? [{ href: `${base}/move`, label: "Move to another host…" }] : []),
    { href: `${base}/decommission`, label: "Decommission…", danger: true },
  ];
}

export function ServiceMenu({ service }: { service: ServiceView }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon" aria-label={`More about ${service.name}`}>
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        {listEntries(service).map(({ href, label, danger }) => (
          <DropdownMenuItem key={href} asChild {...(danger ? { danger } : {})}>
            <Link href={href}>{label}</Link>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
