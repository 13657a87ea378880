import { z } from "zod";
import { TICK_STATES } from "./constants.ts";

const instant = z.iso.datetime();

/** An item of a checklist that is looked at again and again. */
export const tickView = z.object({
  environment: z.string(),
  key: z.string(),
  title: z.string(),
  state: z.enum(TICK_STATES),
  /** When it became what it is. */
  since: instant,
  checkedAt: instant.nullable(),
  /** One sentence: what was asked and what it answered. */
  reason: z.string(),
  /** Looked at this often in a row without an answer. */
  misses: z.number().int(),
  /** A person's item: no machine is asked. */
  byHand: z.boolean(),
  runId: z.number().int(),
  stepKey: z.string(),
});

const score = { total: z.number().int(), right: z.number().int(), open: z.number().int() };

export const serviceTicks = z.object({
  ...score,
  checkedAt: instant.nullable(),
  /** When it is looked at next; null: it is not. */
  dueAt: instant.nullable(),
  /** The reader may ask for a look now. */
  mayCheck: z.boolean(),
  ticks: z.array(tickView),
});

const openTick = tickView.pick({ environment: true, key: true, title: true, since: true, reason: true }).extend({
  state: z.enum(["false", "unknown"]),
});

export const boardRow = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }),
  ...score,
  checkedAt: instant.nullable(),
  /** The oldest first; a few of them. */
  openTicks: z.array(openTick),
});

export const boardPage = z.object({
  items: z.array(boardRow),
  next: z.string().nullable(),
  /** Services that fit the filters. */
  total: z.number().int(),
  /** Over all live services. */
  score: z.object({ ...score, services: z.number().int(), servicesOpen: z.number().int() }),
});

/** What Home says of it. */
export const ticksHealth = z.object({
  ...score,
  services: z.number().int(),
  worst: z.array(
    z.object({ service: z.string(), open: z.number().int(), title: z.string(), since: instant.nullable() }),
  ),
});
