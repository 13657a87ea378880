import type { TickState } from "#lib/ticks/constants.ts";
import { formatScore } from "#lib/ticks/format.ts";
import type { BoardPage } from "#lib/ticks/types.ts";
import type { Shown } from "../state-of.ts";

const SHOWN: Record<TickState, Shown> = {
  true: { state: "done", word: "Still so" },
  false: { state: "failed", word: "No longer so" },
  unknown: { state: "waiting", word: "Could not be asked" },
  waived: { state: "skipped", word: "Waived" },
};

export const stateOfTick = (state: TickState): Shown => SHOWN[state];

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** The board in a sentence. */
export function sayScore({ total, open, services, servicesOpen }: BoardPage["score"]): string {
  if (services === 0) return "No service is live yet";
  if (total === 0) return "No live service has a checklist yet";
  if (open === 0)
    return `All ${count(total, "item", "items")} of ${count(services, "service", "services")} are still so`;
  const [be, score] = [open === 1 ? "is" : "are", formatScore({ right: total - open, total })];
  return `${open} of ${count(total, "item", "items")} ${be} no longer so, at ${count(servicesOpen, "service", "services")}: ${score} still so`;
}
