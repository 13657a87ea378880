import { toAppError } from "#lib/platform/errors.ts";
import type { OutsideWatcher } from "../constants.ts";
import { openSystem } from "../systems/open.ts";
import type { Caller } from "../systems/types.ts";
import type { MonitorRef } from "../types.ts";

export interface Refusal {
  system: OutsideWatcher;
  /** One sentence. */
  words: string;
}

function bySystem(monitors: readonly MonitorRef[]): Map<OutsideWatcher, MonitorRef[]> {
  const groups = new Map<OutsideWatcher, MonitorRef[]>();
  for (const monitor of monitors) groups.set(monitor.system, [...(groups.get(monitor.system) ?? []), monitor]);
  return groups;
}

/**
 * Pauses or resumes these monitors and looks afterwards whether it is so. A system that refuses or is away keeps no other one
 * from being told; what it said is given back.
 */
export async function setActive(
  monitors: readonly MonitorRef[],
  isActive: boolean,
  caller: Caller,
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  for (const [name, group] of bySystem(monitors)) {
    const ids = group.map(({ externalId }) => externalId);
    try {
      const system = openSystem(name);
      await system.setActive(ids, isActive, caller);
      const seen = await system.readActive(ids, caller.signal);
      const wrong = group.filter(({ externalId }) => seen.has(externalId) && seen.get(externalId) !== isActive);
      if (wrong.length > 0) {
        const names = wrong.map(({ name: one }) => one).join(", ");
        refusals.push({ system: name, words: `${system.label} still ${isActive ? "pauses" : "watches"} ${names}.` });
      }
    } catch (thrown) {
      caller.signal.throwIfAborted();
      refusals.push(toRefusal(name, thrown));
    }
  }
  return refusals;
}

/** Which of these are at work now, and which systems could not say. */
export async function findActive(monitors: readonly MonitorRef[], signal: AbortSignal) {
  const active: MonitorRef[] = [];
  const refusals: Refusal[] = [];
  for (const [name, group] of bySystem(monitors)) {
    const ids = group.map(({ externalId }) => externalId);
    try {
      const seen = await openSystem(name).readActive(ids, signal);
      active.push(...group.filter(({ externalId }) => seen.get(externalId) === true));
    } catch (thrown) {
      signal.throwIfAborted();
      refusals.push(toRefusal(name, thrown));
    }
  }
  return { active, refusals };
}

function toRefusal(system: OutsideWatcher, thrown: unknown): Refusal {
  const { message, detail } = toAppError(thrown);
  return { system, words: detail ? `${message} (${detail})` : message };
}
