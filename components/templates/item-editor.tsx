"use client";

import { ArrowDown, ArrowUp, ChevronDown, Plus, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { nameItem } from "#lib/templates/format/check-content.ts";
import { describeCondition } from "#lib/templates/format/conditions.ts";
import type { TemplateItem } from "#lib/templates/schema/content.ts";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { cn } from "../ui/cn.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { type Brought, findBlock } from "./edit-items.ts";
import { ItemFields } from "./item-fields.tsx";
import { WhoIcon } from "./item-lines.tsx";
import { describeItem, isManual } from "./template-words.ts";

interface ItemEditorProps {
  item: TemplateItem;
  index: number;
  items: readonly TemplateItem[];
  brought: Brought;
  problems: Readonly<Record<string, string>>;
  open: boolean;
  onToggle: () => void;
  onChange: (item: TemplateItem) => void;
  onMove: (by: -1 | 1) => void;
  onAddBelow: () => void;
  onRemove: () => void;
}

/** One item of a draft: its line, and everything of it when it is opened. Alt and an arrow move it. */
export function ItemEditor(props: ItemEditorProps) {
  const { item, index, items, brought, problems, open, onToggle, onChange, onMove, onAddBelow, onRemove } = props;
  const panels = brought.get(item.key);
  const name = nameItem(item, panels);
  const notes = [
    ...(item.kind === "built-in" && item.leftOut !== null ? ["left out"] : []),
    ...item.conditions.map((condition) => `only where ${describeCondition(condition)}`),
  ];
  const found = Object.values(problems)[0];
  function moveByKey(event: KeyboardEvent) {
    const by = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!event.altKey || by === 0) return;
    event.preventDefault();
    if (findBlock(items, index, by, brought) === undefined) onMove(by);
  }
  return (
    <li data-item={item.key} className={cn("grid gap-3 px-4 py-2", item.kind === "own" && item.under && "sm:pl-10")}>
      <div className="flex items-start gap-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          onKeyDown={moveByKey}
          className="flex min-w-0 flex-1 items-start gap-2 rounded-md py-1 text-left hover:bg-hover"
        >
          <ChevronDown aria-hidden className={cn("mt-0.5 size-4 shrink-0 text-muted", !open && "-rotate-90")} />
          <WhoIcon manual={isManual(item, panels)} />
          <span className="min-w-0 flex-1">
            <span className="flex flex-wrap items-center gap-x-2 font-medium">
              <span className="min-w-0 break-words">{name}</span>
              {item.kind === "own" ? <Badge tone="accent">own</Badge> : null}
            </span>
            <span className="block break-words text-muted text-sm">
              {[describeItem(item, panels), ...notes].join(" · ")}
            </span>
            {found ? <span className="block text-failed text-sm">{found}</span> : null}
          </span>
        </button>
        <MoveButton {...{ items, index, brought, name, onMove }} by={-1} />
        <MoveButton {...{ items, index, brought, name, onMove }} by={1} />
        <Button size="icon-sm" variant="ghost" aria-label={`Add an item below “${name}”`} onClick={onAddBelow}>
          <Plus aria-hidden />
        </Button>
        {item.kind === "own" ? (
          <Button size="icon-sm" variant="ghost" aria-label={`Remove “${name}”`} onClick={onRemove}>
            <Trash2 aria-hidden />
          </Button>
        ) : (
          <span aria-hidden className="w-6 shrink-0 pointer-coarse:w-9 max-sm:hidden" />
        )}
      </div>
      {open ? (
        <div className="pb-2 sm:pl-6">
          <ItemFields {...{ item, items, brought, problems, onChange }} />
        </div>
      ) : null}
    </li>
  );
}

interface MoveButtonProps {
  items: readonly TemplateItem[];
  index: number;
  brought: Brought;
  name: string;
  by: -1 | 1;
  onMove: (by: -1 | 1) => void;
}

/** Says why when it cannot be moved. */
function MoveButton({ items, index, brought, name, by, onMove }: MoveButtonProps) {
  const block = findBlock(items, index, by, brought);
  const Icon = by < 0 ? ArrowUp : ArrowDown;
  const words = `Move “${name}” ${by < 0 ? "up" : "down"}`;
  return (
    <Tooltip text={block ?? (by < 0 ? "Up (Alt ↑)" : "Down (Alt ↓)")}>
      <Button
        size="icon-sm"
        variant="ghost"
        data-move={by < 0 ? "up" : "down"}
        aria-label={words}
        aria-disabled={block !== undefined}
        className="aria-disabled:opacity-40"
        onClick={() => block === undefined && onMove(by)}
      >
        <Icon aria-hidden />
      </Button>
    </Tooltip>
  );
}
