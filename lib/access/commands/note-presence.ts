import { redis, redisKey } from "#lib/platform/redis.ts";

/** For how long somebody counts as being there after what they asked for last. */
const PRESENCE_MS = 5_000;
const NOTED_EVERY_MS = 1_000;

export const presenceKey = () => redisKey("presence");

let notedAt = 0;

/** Somebody uses the panel: for workers that can give way to them. Nobody waits for this, and nothing goes wrong without it. */
export function notePresence(): void {
  const now = Date.now();
  if (now - notedAt < NOTED_EVERY_MS) return;
  notedAt = now;
  redis()
    .set(presenceKey(), "1", "PX", PRESENCE_MS)
    .catch(() => {});
}
