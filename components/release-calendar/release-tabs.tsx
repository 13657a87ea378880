"use client";

import { type TabLink, TabLinks } from "../ui/tab-links.tsx";

const CALENDAR: TabLink = { href: "/releases", label: "Calendar" };
const DEPLOYMENTS: TabLink = { href: "/releases/deployments", label: "Deployments" };
const FREEZES: TabLink = { href: "/releases/freezes", label: "Freezes and windows" };
const RULES: TabLink = { href: "/releases/approval-rules", label: "Approval rules" };
const VOTES: TabLink = { href: "/releases/lent-votes", label: "Lent votes" };
const REGISTRIES: TabLink = { href: "/releases/registries", label: "Registries" };

/** What concerns the releases of all services. */
export function ReleaseTabs({ maySeeVotes, maySeeRegistries }: { maySeeVotes: boolean; maySeeRegistries: boolean }) {
  const tabs = [
    ...[CALENDAR, DEPLOYMENTS, FREEZES, RULES],
    ...(maySeeVotes ? [VOTES] : []),
    ...(maySeeRegistries ? [REGISTRIES] : []),
  ];
  return <TabLinks tabs={tabs} label="Parts of releases" />;
}
