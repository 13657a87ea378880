import { config } from "#lib/platform/config/config.ts";
import { logger } from "#lib/platform/logger.ts";
import { closeStreams } from "./event-stream.ts";

/** Refuses to start with wrong settings, and ends open streams when asked to stop, so that stopping does not wait for them. */
export function startWeb(): void {
  try {
    config();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  process.on("SIGTERM", closeStreams);
  process.on("SIGINT", closeStreams);
  logger.info({ url: config().APP_URL }, "web starts");
}
