import {
  CircleCheck,
  CircleX,
  Clock,
  Hand,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
  TriangleAlert,
  Undo2,
} from "lucide-react";
import { cn } from "./cn.ts";

/** The five states of everything, and two quiet ones. */
export type State = "waiting" | "running" | "done" | "person" | "failed" | "skipped" | "undone";

const LOOK: Record<State, { icon: LucideIcon; word: string; text: string; soft: string }> = {
  waiting: { icon: Clock, word: "Waiting", text: "text-waiting", soft: "bg-waiting-soft" },
  running: { icon: LoaderCircle, word: "Running", text: "text-running", soft: "bg-running-soft" },
  done: { icon: CircleCheck, word: "Done", text: "text-done", soft: "bg-done-soft" },
  person: { icon: Hand, word: "Needs a person", text: "text-person", soft: "bg-person-soft" },
  failed: { icon: CircleX, word: "Failed", text: "text-failed", soft: "bg-failed-soft" },
  skipped: { icon: SkipForward, word: "Skipped", text: "text-muted", soft: "bg-transparent" },
  undone: { icon: Undo2, word: "Undone", text: "text-muted", soft: "bg-transparent" },
};

/** The icon alone, with its word for those who do not see it. */
export function StateIcon({ state, word, className }: { state: State; word?: string; className?: string }) {
  const { icon: Icon, word: usual, text } = LOOK[state];
  return (
    <span className="inline-flex shrink-0">
      <Icon aria-hidden className={cn("size-4", text, state === "running" && "animate-spin", className)} />
      <span className="sr-only">{word ?? usual}</span>
    </span>
  );
}

interface StateBadgeProps {
  state: State;
  /** In place of the usual word: "Live", "Expires soon". */
  word?: string;
  /** Without the soft ground, for dense tables. */
  plain?: boolean;
  /** Amber for what should be looked at, though nothing waits for it: a triangle in place of the hand. */
  alert?: boolean;
  className?: string;
}

/** Colour, icon and word together. */
export function StateBadge({ state, word, plain, alert, className }: StateBadgeProps) {
  const { icon, word: usual, text, soft } = LOOK[state];
  const Icon = alert ? TriangleAlert : icon;
  return (
    <span
      className={cn(
        "inline-flex items-center gap-1.5 whitespace-nowrap align-top font-medium text-sm",
        text,
        !plain && cn("h-6 rounded-md px-2", soft),
        className,
      )}
    >
      <Icon aria-hidden className={cn("size-3.5 shrink-0", state === "running" && "animate-spin")} />
      {word ?? usual}
    </span>
  );
}
