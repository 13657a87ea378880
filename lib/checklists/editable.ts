import type { BuiltInItem, TemplateContent } from "#lib/templates/schema/content.ts";
import type { ChecklistOutline, OutlineItem } from "#lib/templates/types.ts";
import { arrange, listEssential } from "./arrange.ts";
import { DATA_CHANGE } from "./data-change.ts";
import { DECOMMISSION } from "./decommission.ts";
import { type Checklist, type ChecklistItem, defineChecklist } from "./define-checklist.ts";
import { DEPLOY } from "./deploy.ts";
import { MOVE } from "./move.ts";
import { NEW_HOST } from "./new-host.ts";
import { NEW_PROJECT } from "./new-project.ts";
import { PROVISION } from "./provision.ts";
import { RESTORE_TEST } from "./restore-test.ts";

type AnyItem = ChecklistItem<never>;

function outlineItem(item: AnyItem, essential: ReadonlySet<string>): OutlineItem {
  const isManual = item.step === "manual";
  return {
    key: item.key,
    step: item.step,
    about: item.about,
    dependsOn: [...(item.dependsOn ?? [])],
    needs: [...(item.needs ?? [])],
    role: isManual ? (item.role ?? "staff") : null,
    evidence: isManual ? (item.evidence ?? "note") : null,
    estimateMinutes: item.estimateMinutes ?? null,
    dueDays: item.dueDays ?? null,
    repeated: "each" in item,
    conditional: item.skip !== undefined,
    essential: essential.has(item.key),
  };
}

/** What of a checklist can be told without anybody's answers. */
function outlineOf({ key, version, title, items }: Checklist<never>, purpose: string): ChecklistOutline {
  const essential = listEssential(items as readonly AnyItem[]);
  return {
    key,
    version,
    title,
    purpose,
    items: (items as readonly AnyItem[]).map((one) => outlineItem(one, essential)),
  };
}

/** The panel's checklists that an organisation may arrange. The rest are one step that the panel takes by itself. */
export const EDITABLE: readonly ChecklistOutline[] = [
  outlineOf(NEW_PROJECT, "What a project has before anybody outside uses it."),
  outlineOf(NEW_HOST, "What a host needs before services run on it."),
  outlineOf(PROVISION, "All aspects of a new service, in the order that keeps a mistake from spreading."),
  outlineOf(DEPLOY, "A release on its way to an environment."),
  outlineOf(DATA_CHANGE, "A correction of production data, as it was approved."),
  outlineOf(MOVE, "A service goes to another host within a measured downtime."),
  outlineOf(DECOMMISSION, "A service is taken away, and each thing of it proven gone."),
  outlineOf(RESTORE_TEST, "Evidence that backups can be restored."),
];

/** A checklist of an organisation's own: nothing of the panel's is in it. */
export const ownOutline = (key: string, title: string): ChecklistOutline => ({
  ...{ key, version: 1, title },
  purpose: "A checklist of your own.",
  items: [],
});

/** An outline as something that can be arranged: it does nothing. */
export const sketch = (outline: ChecklistOutline): Checklist<unknown> =>
  defineChecklist({
    key: outline.key,
    version: outline.version,
    title: outline.title,
    items: outline.items.map((item) => ({
      ...{ key: item.key, step: item.step, about: item.about, dependsOn: item.dependsOn, needs: item.needs },
      ...(item.essential ? { essential: true as const } : {}),
      title: () => item.about,
    })),
  });

const asBrought = (key: string): BuiltInItem => ({
  ...{ kind: "built-in", key, role: null, evidence: null, leftOut: null },
  ...{ conditions: [], after: [], dueDays: null, estimateMinutes: null },
});

/** Content with every item the panel brings now, none that it does not, in an order that can be done. */
export function completeContent(outline: ChecklistOutline, content: TemplateContent): TemplateContent {
  const known = new Map(content.items.map((item) => [item.key, item]));
  const arranged = arrange(sketch(outline), { version: 0, content }, {});
  return { items: arranged.items.map(({ key }) => known.get(key) ?? asBrought(key)) };
}
