import { Anchor, ListChecks, type LucideIcon, Plus } from "lucide-react";
import type { Role } from "#lib/access/types.ts";
import type { ServiceSummary } from "#lib/services/types.ts";
import { listDestinations } from "./navigation.ts";

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
  roles: readonly Role[];
}

/** Things to begin, with the words people type for them. */
const DEEDS: readonly (PaletteItem & { words: string; roles?: readonly Role[] })[] = [
  {
    href: "/services/new",
    label: "Provision a new service",
    icon: Plus,
    words: "create add begin",
    roles: ["staff", "manager", "admin"],
  },
  { href: "/domains/records/new", label: "New record", icon: Plus, words: "create add a name dns domain" },
  {
    href: "/domains/certificates/new",
    label: "New certificate",
    icon: Plus,
    words: "create add request tls https order",
    roles: ["staff", "manager", "dba", "admin"],
  },
];

/** What the palette offers for a text: deeds, a run by its number, services, pages. Groups without items are left out. */
export function listPaletteGroups({ text, services, roles }: PaletteQuestion): PaletteGroup[] {
  const words = text.trim().toLowerCase().split(/\s+/);
  const matches = (haystack: string) => words.every((word) => haystack.toLowerCase().includes(word));
  const run = /^(?:run\s*)?#?(\d{1,9})$/i.exec(text.trim())?.[1];
  const groups: PaletteGroup[] = [
    { heading: "Run", items: run ? [{ href: `/runs/${run}`, label: `Open run ${run}`, icon: ListChecks }] : [] },
    {
      heading: "Do",
      items: DEEDS.filter(
        ({ label, words: more, roles: needed }) =>
          matches(`${label} ${more}`) && (!needed || needed.some((role) => roles.includes(role))),
      ).map(({ href, label, icon }) => ({ href, label, icon })),
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
      items: listDestinations(roles).filter(({ label, keywords }) => matches(`${label} ${keywords.join(" ")}`)),
    },
  ];
  return groups.filter((group) => group.items.length > 0);
}
