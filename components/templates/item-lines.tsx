import { Cog, Hand } from "lucide-react";
import { nameItem } from "#lib/templates/format/check-content.ts";
import { describeCondition } from "#lib/templates/format/conditions.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import type { TemplateView } from "#lib/templates/types.ts";
import { Badge } from "../ui/badge.tsx";
import { cn } from "../ui/cn.ts";
import { Markdown } from "../ui/markdown.tsx";
import { type Brought, broughtBy, nameOfKey } from "./edit-items.ts";
import { describeItem, isManual } from "./template-words.ts";

/** A person does it, or the panel. */
export function WhoIcon({ manual }: { manual: boolean }) {
  const Icon = manual ? Hand : Cog;
  return (
    <>
      <Icon aria-hidden className={cn("mt-0.5 size-4 shrink-0", manual ? "text-person" : "text-muted")} />
      <span className="sr-only">{manual ? "By a person:" : "By the panel:"}</span>
    </>
  );
}

/** The items of one version, in their order. */
export function ItemLines({ view }: { view: Pick<TemplateView, "content" | "outline"> }) {
  const brought = broughtBy(view.outline);
  const { items } = view.content;
  return (
    <ol className="divide-y divide-line">
      {items.map((item) => (
        <li key={item.key} className={cn("grid gap-1 px-4 py-2.5", item.kind === "own" && item.under && "pl-10")}>
          <ItemLine item={item} items={items} brought={brought} />
        </li>
      ))}
    </ol>
  );
}

interface ItemLineProps {
  item: TemplateItem;
  items: readonly TemplateItem[];
  brought: Brought;
}

function ItemLine({ item, items, brought }: ItemLineProps) {
  const panels = brought.get(item.key);
  const leftOut = item.kind === "built-in" ? item.leftOut : null;
  return (
    <>
      <p className="flex items-start gap-2">
        <WhoIcon manual={isManual(item, panels)} />
        <span className={cn("min-w-0 break-words font-medium", leftOut !== null && "text-muted line-through")}>
          {nameItem(item, panels)}
        </span>
        {item.kind === "own" ? <Badge tone="accent">own</Badge> : null}
      </p>
      <div className="grid gap-1 pl-6 text-muted text-sm">
        <p>{describeItem(item, panels)}</p>
        {leftOut === null ? null : <p>Left out: {leftOut}</p>}
        {item.conditions.map((condition) => (
          <p key={JSON.stringify(condition)}>Only where {describeCondition(condition)}</p>
        ))}
        {item.after.length > 0 ? (
          <p>Waits also for {item.after.map((key) => `“${nameOfKey(items, brought, key)}”`).join(", ")}</p>
        ) : null}
        {item.kind === "own" && item.instructions ? (
          <Markdown text={item.instructions} className="max-w-prose text-ink" />
        ) : null}
      </div>
    </>
  );
}
