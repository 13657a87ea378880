import { shortenMiddle } from "#lib/platform/format.ts";
import { cn } from "./cn.ts";
import { CopyButton } from "./copy-button.tsx";

interface MonoIdProps {
  value: string;
  /** Characters kept at both ends. */
  head?: number;
  tail?: number;
  /** What it is, for the copy button: "digest". */
  what?: string;
  copy?: boolean;
  className?: string;
}

/** An id or digest: mono, shortened in the middle, copied whole. */
export function MonoId({ value, head, tail, what = "id", copy = true, className }: MonoIdProps) {
  return (
    <span className={cn("inline-flex max-w-full items-center gap-0.5 align-middle", className)}>
      <code title={value} className="truncate text-[0.92em]">
        {shortenMiddle(value, head, tail)}
      </code>
      {copy ? <CopyButton text={value} label={`Copy ${what}`} /> : null}
    </span>
  );
}
