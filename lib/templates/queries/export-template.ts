import { ROLE_WORDS } from "#lib/access/constants.ts";
import { authorize } from "#lib/access/policy.ts";
import type { Actor } from "#lib/access/types.ts";
import { db } from "#lib/platform/db/client.ts";
import { plural } from "#lib/platform/format.ts";
import { nameItem } from "../format/check-content.ts";
import { describeCondition } from "../format/conditions.ts";
import type { TemplateItem } from "../schema/content.ts";
import type { ExportedChecklist, ExportedItem } from "../schema/export.ts";
import type { OutlineItem, TemplateView } from "../types.ts";
import { readTemplate, type WhichRevision } from "./get-template.ts";

/** What is to be known of an item besides its title; what goes without saying is not said. */
function listFacts(item: TemplateItem, brought: OutlineItem | undefined, nameOf: (key: string) => string): string[] {
  const isManual = item.kind === "own" || brought?.role !== null;
  const role = item.role ?? brought?.role ?? null;
  const evidence = item.evidence ?? brought?.evidence ?? null;
  const dueDays = item.dueDays ?? brought?.dueDays ?? null;
  const minutes = item.estimateMinutes ?? brought?.estimateMinutes ?? null;
  return [
    ...(isManual ? [] : ["Done by the panel"]),
    ...(isManual && role && role !== "staff" ? [`Who: ${ROLE_WORDS[role]}`] : []),
    ...(isManual && evidence && evidence !== "note" ? [`Shown by: a ${evidence}`] : []),
    ...(isManual && dueDays !== null ? [`Due: ${plural(dueDays, "day")} after the start`] : []),
    ...(isManual && minutes !== null ? [`Takes about ${plural(minutes, "minute")}`] : []),
    ...item.conditions.map((condition) => `Only where ${describeCondition(condition)}`),
    ...(item.after.length > 0 ? [`After: ${item.after.map(nameOf).join(", ")}`] : []),
  ];
}

function toExported({ content, outline }: TemplateView): ExportedItem[] {
  const brought = new Map(outline.items.map((item) => [item.key, item]));
  const items = new Map(content.items.map((item) => [item.key, item]));
  const nameOf = (key: string) => {
    const item = items.get(key);
    return item ? nameItem(item, brought.get(key)) : key;
  };
  const made = new Map<string, ExportedItem>();
  const top: ExportedItem[] = [];
  for (const item of content.items) {
    const leftOut = item.kind === "built-in" ? item.leftOut : null;
    const exported: ExportedItem = {
      key: item.key,
      title: nameOf(item.key),
      done: false,
      state: leftOut === null ? "open" : "Left out",
      reason: leftOut,
      instructions: item.kind === "own" ? item.instructions : "",
      facts: listFacts(item, brought.get(item.key), nameOf),
      items: [],
    };
    made.set(item.key, exported);
    const parent = item.kind === "own" && item.under ? made.get(item.under) : undefined;
    (parent ? parent.items : top).push(exported);
  }
  return top;
}

/** A version of a checklist, to be taken out of the panel. */
export async function exportTemplate(actor: Actor, key: string, which: WhichRevision): Promise<ExportedChecklist> {
  authorize(actor, "templates.read");
  const view = await readTemplate(db(), key, which);
  const { shown } = view;
  const version = shown === null ? "As the panel brings it" : shown.state === "draft" ? "Draft" : String(shown.version);
  return {
    format: "seaworthy-checklist/1",
    title: view.title,
    // A list of one's own goes as it is: it is pasted elsewhere, or comes back.
    facts: view.own ? [] : [{ name: "Version", value: version }],
    answers: [],
    items: toExported(view),
  };
}
