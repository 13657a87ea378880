"use client";

import { TabLinks } from "../ui/tab-links.tsx";

const TABS = [
  { href: "/checklists", label: "Board" },
  { href: "/checklists/items", label: "Items" },
  { href: "/checklists/templates", label: "Templates" },
];

export function ChecklistTabs() {
  return <TabLinks tabs={TABS} label="Parts of checklists" />;
}
