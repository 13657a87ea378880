import { Anchor, ListChecks, type LucideIcon, Plus } from "lucide-react";
import type { ServiceSummary } from "#lib/services/types.ts";
import { DESTINATIONS } from "./navigation.ts";

export interface PaletteItem {
  /** Also its identity in the list. */
  href: string;
  label: string;
  icon: LucideIcon;
  service?: ServiceSummary;
}

export interface PaletteGroup {
  heading: string;
  items: PaletteItem[];
}

interface PaletteQuestion {
  text: string;
  /** What the server found for the text. */
  services: ServiceSummary[];
  mayCreate: boolean;
}

const NEW_SERVICE_WORDS = "provision a new service create add begin";

/** What the palette offers for a text: deeds, a run by its number, services, pages. Groups without items are left out. */
export function listPaletteGroups({ text, services, mayCreate }: PaletteQuestion): PaletteGroup[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  const matches = (haystack: string) => words.every((word) => haystack.toLowerCase().includes(word));
  const run = /^(?:run\s*)?#?(\d{1,9})$/i.exec(text.trim())?.[1];
  const groups: PaletteGroup[] = [
    { heading: "Run", items: run ? [{ href: `/runs/${run}`, label: `Open run ${run}`, icon: ListChecks }] : [] },
    {
      heading: "Do",
      items:
        mayCreate && matches(NEW_SERVICE_WORDS)
          ? [{ href: "/services/new", label: "Provision a new service", icon: Plus }]
          : [],
    },
    {
      heading: "Services",
      items: services.map((service) => ({
        href: `/services/${service.name}`,
        label: service.name,
        icon: Anchor,
        service,
      })),
    },
    {
      heading: "Go to",
      items: DESTINATIONS.filter(({ label, keywords }) => matches(`${label} ${keywords.join(" ")}`)),
    },
  ];
  return groups.filter((group) => group.items.length > 0);
}
