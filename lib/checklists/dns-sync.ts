import { defineChecklist } from "./define-checklist.ts";

export interface DnsSyncRun {
  zone: { id: string; name: string };
  /** pending: the records that wait for it · full: the whole zone is read and compared. */
  scope: "pending" | "full";
}

/** Brings a zone in Route 53 to what the records in the database say. */
export const DNS_SYNC = defineChecklist<DnsSyncRun>({
  key: "dns-sync",
  version: 1,
  title: "DNS sync",
  items: [
    {
      key: "sync",
      step: "dns.sync",
      about: "Bring Route 53 to what the records say",
      title: ({ zone, scope }) =>
        scope === "full" ? `Compare all of ${zone.name} with its records` : `Bring ${zone.name} up to date`,
      input: ({ zone, scope }) => ({ zoneId: zone.id, scope }),
    },
  ],
});
