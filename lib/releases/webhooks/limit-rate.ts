import { AppError } from "#lib/platform/errors.ts";
import { redis, redisKey } from "#lib/platform/redis.ts";

const PER_MINUTE = 60;
const MINUTE_MS = 60_000;

/** Refuses (429) whoever rings one webhook too often. Without Redis nobody is refused: the signature is checked all the same. */
export async function limitRate(webhookId: string, now = Date.now()): Promise<void> {
  const key = redisKey("hook", webhookId, Math.floor(now / MINUTE_MS));
  let count: number;
  try {
    const [[, rung] = []] = (await redis().multi().incr(key).expire(key, 120).exec()) ?? [];
    count = Number(rung ?? 0);
  } catch {
    return;
  }
  if (count > PER_MINUTE)
    throw new AppError({
      code: "webhooks.too_often",
      message: `This webhook was rung more than ${PER_MINUTE} times within a minute.`,
      retryAfterMs: MINUTE_MS - (now % MINUTE_MS),
      status: 429,
    });
}
