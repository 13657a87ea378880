import { redis } from "#lib/platform/redis.ts";
import { presenceKey } from "../commands/note-presence.ts";

/** Whether somebody has asked the panel for something in the last seconds, in a browser. */
export const isAnybodyPresent = async (): Promise<boolean> => (await redis().exists(presenceKey())) === 1;
