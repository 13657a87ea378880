"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import { ExactTime } from "../ui/relative-time.tsx";
import {
  type Choice,
  type Contested,
  compareDrafts,
  diffNotes,
  FIELD_WORDS,
  firstChoice,
  type ItemDraft,
  type ItemField,
  mergeDrafts,
} from "./merge-item.ts";

interface ItemMeanwhileProps {
  base: ItemDraft;
  mine: ItemDraft;
  theirs: ItemDraft;
  /** Who saved, where that is known. */
  by: string | null;
  onTake: (merged: ItemDraft) => void;
}

const NOTHING = <em className="text-muted">nothing</em>;

/** Somebody else saved in between: each field by itself, mine and theirs, and what differs word by word. */
export function ItemMeanwhile({ base, mine, theirs, by, onTake }: ItemMeanwhileProps) {
  const contested = compareDrafts(base, mine, theirs);
  const [choices, setChoices] = useState<ReadonlyMap<ItemField, Choice>>(
    () => new Map(contested.map((one) => [one.field, firstChoice(one)])),
  );
  const panel = useRef<HTMLDivElement>(null);
  // Saving is pressed from wherever one reads; the choice has to be in sight. Newer browsers give a promise back.
  useEffect(() => void panel.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div ref={panel} role="alert">
      <Callout
        tone="warning"
        title={`${by ?? "Somebody else"} saved this item in the meantime`}
        actions={
          <Button variant="primary" onClick={() => onTake(mergeDrafts(mine, theirs, choices))}>
            Put these together
          </Button>
        }
      >
        <p className="pb-3">
          {contested.length > 0
            ? "Choose for each. Nothing is saved before you press Save again."
            : "Both of you wrote the same."}
        </p>
        <div className="grid gap-4">
          {contested.map((one) => (
            <FieldChoice
              key={one.field}
              contested={one}
              choice={choices.get(one.field) ?? "mine"}
              onChoose={(choice) => setChoices(new Map([...choices, [one.field, choice]]))}
            />
          ))}
        </div>
      </Callout>
    </div>
  );
}

function FieldChoice(props: { contested: Contested; choice: Choice; onChoose: (choice: Choice) => void }) {
  const { contested, choice, onChoose } = props;
  const { field, mine, theirs } = contested;
  const label = FIELD_WORDS[field];
  const isNote = field === "note";
  return (
    <fieldset className="grid gap-2">
      <legend className="pb-1 font-medium text-sm">{label}</legend>
      {isNote ? <WordDifference theirs={theirs ?? ""} mine={mine ?? ""} /> : null}
      <RadioGroup aria-label={label} value={choice} onValueChange={(next) => onChoose(next as Choice)}>
        {isNote && mine && theirs ? (
          <Radio value="both" label="Both" hint="Theirs first, yours below it, to be tidied up by you." />
        ) : null}
        <Radio value="mine" label="Yours" hint={<Value text={mine} isNote={isNote} />} />
        <Radio value="theirs" label="Theirs" hint={<Value text={theirs} isNote={isNote} />} />
      </RadioGroup>
    </fieldset>
  );
}

function Value({ text, isNote }: { text: string | null; isNote: boolean }) {
  if (!text) return NOTHING;
  return isNote ? <span className="whitespace-pre-wrap break-words">{text}</span> : <ExactTime at={text} />;
}

/** One text with what only they wrote struck through and what only I wrote underlined. */
function WordDifference({ theirs, mine }: { theirs: string; mine: string }) {
  return (
    <figure className="grid gap-1">
      <figcaption className="text-muted text-xs">
        Word by word: <del className="text-failed">only theirs</del>, <ins className="text-done">only yours</ins>
      </figcaption>
      <div className="max-h-48 overflow-y-auto whitespace-pre-wrap break-words rounded-md bg-surface px-3 py-2">
        {diffNotes(theirs, mine).map(({ key, kind, text }) =>
          kind === "same" ? (
            <span key={key}>{text}</span>
          ) : kind === "theirs" ? (
            <del key={key} className="bg-failed-soft text-failed">
              {text}
            </del>
          ) : (
            <ins key={key} className="bg-done-soft text-done">
              {text}
            </ins>
          ),
        )}
      </div>
    </figure>
  );
}
