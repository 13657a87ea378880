import {
  Anchor,
  Archive,
  CalendarDays,
  ClipboardCheck,
  DatabaseZap,
  Globe,
  House,
  ListChecks,
  type LucideIcon,
  Network,
  ScrollText,
  Stamp,
  Users,
} from "lucide-react";
import type { Role } from "#lib/access/types.ts";

export interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Other words people type to find it. */
  keywords: string[];
  /** Who finds something there; left out: everybody. */
  roles?: readonly Role[];
}

const DESTINATIONS: readonly Destination[] = [
  { href: "/", label: "Home", icon: House, keywords: ["start", "waiting", "dashboard"] },
  { href: "/services", label: "Services", icon: Anchor, keywords: ["apps", "stacks"] },
  {
    href: "/approvals",
    label: "Approvals",
    icon: Stamp,
    keywords: ["approve", "review", "waiting", "releases"],
    roles: ["staff", "manager", "dba", "admin"],
  },
  {
    href: "/releases",
    label: "Releases",
    icon: CalendarDays,
    keywords: ["deployments", "calendar", "freeze", "windows", "rules", "delegations", "registries"],
  },
  {
    href: "/checklists",
    label: "Checklists",
    icon: ClipboardCheck,
    keywords: ["ticks", "items", "templates", "board", "score", "still so"],
  },
  { href: "/runs", label: "Runs", icon: ListChecks, keywords: ["jobs", "deploys", "history", "log"] },
  { href: "/domains", label: "Domains", icon: Globe, keywords: ["dns", "records", "certificates", "tls"] },
  { href: "/backups", label: "Backups", icon: Archive, keywords: ["restore", "dump"] },
  {
    href: "/data-changes",
    label: "Data changes",
    icon: DatabaseZap,
    keywords: ["sql", "correct", "before-action", "after-action", "report"],
    roles: ["staff", "manager", "dba", "admin"],
  },
  { href: "/swarm", label: "Swarm", icon: Network, keywords: ["docker", "nodes", "tasks"] },
  { href: "/people", label: "People", icon: Users, keywords: ["users", "accounts", "roles"], roles: ["admin"] },
  { href: "/audit", label: "Audit", icon: ScrollText, keywords: ["history", "who"], roles: ["manager", "admin"] },
];

/** The places somebody with these roles finds something at. */
export const listDestinations = (roles: readonly Role[]): Destination[] =>
  DESTINATIONS.filter((place) => !place.roles || place.roles.some((role) => roles.includes(role)));

export const isHere = (href: string, pathname: string): boolean =>
  href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
