"use client";

import { useState } from "react";
import type { PolicySettings } from "#lib/backups/schema/policy.ts";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import type { Difference } from "./merge-settings.ts";

interface MeanwhilePanelProps {
  differences: Difference[];
  /** With the settings of mine that shall stay. */
  onTake: (keep: ReadonlySet<keyof PolicySettings>) => void;
}

/**
 * It was saved in between, by somebody else or by pausing it: both versions side by side, each setting chosen by itself. What I changed
 * is mine at first.
 */
export function MeanwhilePanel({ differences, onTake }: MeanwhilePanelProps) {
  const [keep, setKeep] = useState<ReadonlySet<keyof PolicySettings>>(
    () => new Set(differences.filter((one) => one.isMine).map((one) => one.key)),
  );
  function choose(key: keyof PolicySettings, whose: string) {
    const next = new Set(keep);
    if (whose === "mine") next.add(key);
    else next.delete(key);
    setKeep(next);
  }
  return (
    <div role="alert">
      <Callout
        tone="warning"
        title="This policy was saved in the meantime"
        actions={
          <Button variant="primary" onClick={() => onTake(keep)}>
            Put these together
          </Button>
        }
      >
        <p className="pb-3">
          {differences.length > 0
            ? "Choose for each setting. Nothing is saved before you press Save again."
            : "Both are the same."}
        </p>
        <div className="grid gap-3">
          {differences.map(({ key, label, mine, theirs }) => (
            <fieldset key={key} className="grid gap-1">
              <legend className="font-medium text-sm">{label}</legend>
              <RadioGroup
                aria-label={label}
                value={keep.has(key) ? "mine" : "theirs"}
                onValueChange={(whose) => choose(key, whose)}
              >
                <Radio value="mine" label="In this form" hint={<span className="break-all">{mine}</span>} />
                <Radio value="theirs" label="As it was saved" hint={<span className="break-all">{theirs}</span>} />
              </RadioGroup>
            </fieldset>
          ))}
        </div>
      </Callout>
    </div>
  );
}
