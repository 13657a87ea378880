import { Anchor, Archive, Globe, House, ListChecks, type LucideIcon, Network } from "lucide-react";

export interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Other words people type to find it. */
  keywords: string[];
}

export const DESTINATIONS: readonly Destination[] = [
  { href: "/", label: "Home", icon: House, keywords: ["start", "waiting", "dashboard"] },
  { href: "/services", label: "Services", icon: Anchor, keywords: ["apps", "stacks"] },
  { href: "/runs", label: "Runs", icon: ListChecks, keywords: ["jobs", "deploys", "history", "log"] },
  { href: "/domains", label: "Domains", icon: Globe, keywords: ["dns", "records", "certificates", "tls"] },
  { href: "/backups", label: "Backups", icon: Archive, keywords: ["restore", "dump"] },
  { href: "/swarm", label: "Swarm", icon: Network, keywords: ["docker", "nodes", "tasks"] },
];

export const isHere = (href: string, pathname: string): boolean =>
  href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
