import type { Tx } from "#lib/platform/db/client.ts";
import { monitorConfigSchema } from "../schema.ts";
import { readWindow } from "./read-window.ts";

export interface PageNews {
  service: string;
  environment: string;
  url: string;
  expectedStatus: number;
  state: "up" | "down";
  words: string | null;
  since: Date;
}

/** What a mail may say about a page; null when nobody looks at it any more. */
export async function readPageNews(tx: Tx, monitorId: string, state: "up" | "down"): Promise<PageNews | null> {
  const row = await tx.monitor.findUnique({
    where: { id: monitorId },
    include: { service: { select: { name: true } } },
  });
  if (!row || row.removedAt) return null;
  const { url, expectedStatus, words, since } = monitorConfigSchema.parse(row.config);
  return {
    ...{ service: row.service.name, environment: row.environment, url, expectedStatus, state },
    ...{ words, since: since === null ? row.createdAt : new Date(since) },
  };
}

export interface StuckNews {
  service: string;
  monitors: string[];
  since: Date;
  error: string | null;
}

/** Null once all of them are at work again. */
export async function readStuckNews(tx: Tx, windowId: string): Promise<StuckNews | null> {
  const window = await readWindow(windowId, tx);
  if (!window || window.endedAt) return null;
  const { serviceName, record, endsAt, error } = window;
  return { service: serviceName, monitors: record.monitors.map(({ name }) => name), since: endsAt, error };
}
