"use client";

import { TabLinks } from "../ui/tab-links.tsx";

const TABS = [
  { href: "/backups", label: "Board" },
  { href: "/backups/executions", label: "Executions" },
  { href: "/backups/policies", label: "Policies" },
  { href: "/backups/targets", label: "Targets" },
];

export function BackupTabs() {
  return <TabLinks tabs={TABS} label="Parts of backups" />;
}
