import { Anchor, Archive, ListChecks, type LucideIcon, Package, Plus, Rocket, RotateCcw } from "lucide-react";
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
  {
    href: "/backups/policies/new",
    label: "New backup policy",
    icon: Plus,
    words: "create add schedule back up",
    roles: ["staff", "manager", "dba", "admin"],
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

/** What is done with one service: `back up pad-notes`, `restore pad-notes`, `release pad-notes`, `promote pad-notes`. */
const SERVICE_DEEDS: readonly {
  verb: RegExp;
  label: string;
  icon: LucideIcon;
  path: string;
  roles: readonly Role[];
}[] = [
  {
    verb: /^back\s?up\b\s*/i,
    label: "Back up",
    icon: Archive,
    path: "/backups",
    roles: ["staff", "manager", "dba", "admin"],
  },
  {
    verb: /^restore\b\s*/i,
    label: "Restore",
    icon: RotateCcw,
    path: "/backups/restore",
    roles: ["staff", "manager", "dba", "admin"],
  },
  {
    verb: /^release\b\s*/i,
    label: "New release of",
    icon: Package,
    path: "/releases/new",
    roles: ["staff", "manager", "admin"],
  },
  {
    verb: /^(promote|propose|deploy|roll\s?back)\b\s*/i,
    label: "Releases of",
    icon: Rocket,
    path: "/releases",
    roles: ["staff", "manager", "admin"],
  },
];
const SERVICES_SHOWN = 5;

/** Which services a text asks for: what follows a verb such as "back up", else all of it. */
export function askedService(text: string): string {
  const asked = text.trim();
  for (const { verb } of SERVICE_DEEDS) if (verb.test(asked)) return asked.replace(verb, "");
  return asked;
}

function listServiceDeeds({ text, services, roles }: PaletteQuestion): PaletteItem[] {
  const deed = SERVICE_DEEDS.find(({ verb }) => verb.test(text.trim()));
  if (!deed?.roles.some((role) => roles.includes(role))) return [];
  return services
    .filter(({ state }) => state === "live")
    .slice(0, SERVICES_SHOWN)
    .map(({ name }) => ({
      href: `/services/${name}${deed.path}`,
      label: `${deed.label} ${name}`,
      icon: deed.icon,
    }));
}

/** What the palette offers for a text: deeds, a run by its number, services, pages. Groups without items are left out. */
export function listPaletteGroups(question: PaletteQuestion): PaletteGroup[] {
  const { text, services, roles } = question;
  const words = text.trim().toLowerCase().split(/\s+/);
  const matches = (haystack: string) => words.every((word) => haystack.toLowerCase().includes(word));
  const run = /^(?:run\s*)?#?(\d{1,9})$/i.exec(text.trim())?.[1];
  const groups: PaletteGroup[] = [
    { heading: "Run", items: run ? [{ href: `/runs/${run}`, label: `Open run ${run}`, icon: ListChecks }] : [] },
    {
      heading: "Do",
      items: [
        ...listServiceDeeds(question),
        ...DEEDS.filter(
          ({ label, words: more, roles: needed }) =>
            matches(`${label} ${more}`) && (!needed || needed.some((role) => roles.includes(role))),
        ).map(({ href, label, icon }) => ({ href, label, icon })),
      ],
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
