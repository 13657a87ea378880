import { setTimeout as delay } from "node:timers/promises";
import { redis, redisKey } from "#lib/platform/redis.ts";

/** Route 53 allows ten requests a second to an account that others may use as well. */
const DEFAULT_PER_SECOND = 8;
/** A little over a second, for the way from here to Amazon takes no constant time. */
const WINDOW_MS = 1_050;

let perSecond = DEFAULT_PER_SECOND;

/** For tests, whose Route 53 stands on this machine. */
export function limitRequests(limit: number = DEFAULT_PER_SECOND): void {
  perSecond = limit;
}

// Keeps the last slots given away; the next one is free a window after the oldest of them. Redis' own clock.
const RESERVE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local slot = now
local oldest = redis.call('LINDEX', KEYS[1], limit - 1)
if oldest and tonumber(oldest) + window > now then slot = tonumber(oldest) + window end
redis.call('LPUSH', KEYS[1], string.format('%.0f', slot))
redis.call('LTRIM', KEYS[1], 0, limit - 1)
redis.call('PEXPIRE', KEYS[1], slot - now + window)
return slot - now`;

const ownSlots: number[] = [];

/** The same without Redis, for this process alone. */
function reserveLocally(now: number): number {
  const oldest = ownSlots.length < perSecond ? undefined : ownSlots[ownSlots.length - perSecond];
  const slot = Math.max(now, (oldest ?? 0) + WINDOW_MS);
  ownSlots.push(slot);
  ownSlots.splice(0, Math.max(0, ownSlots.length - perSecond));
  return slot - now;
}

async function reserve(): Promise<number> {
  try {
    const wait = await redis().eval(RESERVE, 1, redisKey("route53", "slots"), perSecond, WINDOW_MS);
    return Number(wait);
  } catch {
    // Each worker then keeps the limit for itself; Route 53's throttling is retried anyway.
    return reserveLocally(Date.now());
  }
}

/** Waits until one more request may leave: at most eight in any second over all workers on one Redis. */
export async function takeRequestSlot(signal: AbortSignal | undefined): Promise<void> {
  const wait = await reserve();
  if (wait > 0) await delay(wait, undefined, signal ? { signal } : {});
}
