import Link from "next/link";
import type { ExportedChecklist as Exported, ExportedItem } from "#lib/templates/schema/export.ts";
import { Button } from "../ui/button.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { PrintButton } from "./print-button.tsx";

/** A checklist as a sheet of paper: nothing but its lines, with boxes to tick. */
export function ExportedChecklist({ checklist, back }: { checklist: Exported; back: string }) {
  const groups = [...new Set(checklist.answers.map(({ group }) => group))];
  return (
    <article className="grid max-w-3xl gap-4">
      <header className="grid gap-1">
        <h1 className="break-words font-semibold text-xl">{checklist.title}</h1>
        {checklist.facts.length > 0 ? (
          <p className="text-muted">{checklist.facts.map(({ name, value }) => `${name}: ${value}`).join(" · ")}</p>
        ) : null}
        <div className="flex flex-wrap gap-2 py-2 print:hidden">
          <PrintButton />
          <Button asChild>
            <Link href={back}>Back</Link>
          </Button>
        </div>
      </header>
      <Items items={checklist.items} />
      {groups.length > 0 ? (
        <section className="grid gap-2">
          <h2 className="font-semibold text-lg">Answers</h2>
          {groups.map((group) => (
            <div key={group} className="break-inside-avoid">
              <h3 className="font-medium">{group}</h3>
              <ul className="list-disc pl-5">
                {checklist.answers
                  .filter((one) => one.group === group)
                  .map(({ question, answer }) => (
                    <li key={question} className="break-words">
                      {question} <strong className="font-medium">{answer}</strong>
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </section>
      ) : null}
    </article>
  );
}

function Items({ items }: { items: readonly ExportedItem[] }) {
  return (
    <ul className="grid gap-2">
      {items.map((item) => (
        <li key={item.key} className="grid break-inside-avoid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
          <span aria-hidden className="leading-5">
            {item.done ? "☑" : "☐"}
          </span>
          <div className="grid gap-1">
            <p className="break-words font-medium">
              {item.title}
              <span className="sr-only">, {item.done ? "done" : "open"}</span>
            </p>
            {item.reason ? (
              <p className="text-muted text-sm">
                {item.state}: {item.reason}
              </p>
            ) : null}
            {item.instructions ? <Markdown text={item.instructions} className="text-sm" /> : null}
            {item.facts.map((fact) => (
              <p key={fact} className="break-words text-muted text-sm">
                {fact}
              </p>
            ))}
            {item.items.length > 0 ? <Items items={item.items} /> : null}
          </div>
        </li>
      ))}
    </ul>
  );
}
