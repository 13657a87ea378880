"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import { Radio, RadioGroup } from "../ui/radio-group.tsx";
import type { Contested } from "./compare-config.ts";

interface ConfigMeanwhileProps {
  contested: readonly Contested[];
  /** Who saved, where that is known. */
  by: string | null;
  version: number;
  /** With the settings of mine that shall stay. */
  onTake: (keep: ReadonlySet<string>) => void;
}

const NOT_SET = <em className="text-muted">not set</em>;

/** Somebody else saved in between: both side by side, each setting chosen by itself. What I changed is mine at first. */
export function ConfigMeanwhile({ contested, by, version, onTake }: ConfigMeanwhileProps) {
  const [keep, setKeep] = useState<ReadonlySet<string>>(
    () => new Set(contested.filter((one) => one.isMine).map((one) => one.key)),
  );
  const panel = useRef<HTMLDivElement>(null);
  // Saving is pressed from wherever one reads; this stands below the form.
  useEffect(() => void panel.current?.scrollIntoView({ block: "center" }), []);
  function choose(key: string, whose: string) {
    const next = new Set(keep);
    if (whose === "mine") next.add(key);
    else next.delete(key);
    setKeep(next);
  }
  return (
    <div ref={panel} role="alert">
      <Callout
        tone="warning"
        title={`${by ?? "Somebody else"} saved version ${version} in the meantime`}
        actions={
          <Button variant="primary" onClick={() => onTake(keep)}>
            Put these together
          </Button>
        }
      >
        <p className="pb-3">
          {contested.length > 0
            ? "Choose for each setting. Nothing is saved before you press Save again."
            : "Both of you want the same."}
        </p>
        <div className="grid gap-3">
          {contested.map(({ key, label, mine, theirs }) => (
            <fieldset key={key} className="grid gap-1">
              <legend className="break-all font-medium text-sm">{label}</legend>
              <RadioGroup
                aria-label={label}
                value={keep.has(key) ? "mine" : "theirs"}
                onValueChange={(whose) => choose(key, whose)}
              >
                <Radio value="mine" label="Yours" hint={<span className="break-all">{mine ?? NOT_SET}</span>} />
                <Radio value="theirs" label="Theirs" hint={<span className="break-all">{theirs ?? NOT_SET}</span>} />
              </RadioGroup>
            </fieldset>
          ))}
        </div>
      </Callout>
    </div>
  );
}
