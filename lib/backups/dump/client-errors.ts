import type { RetryClass } from "#lib/platform/errors.ts";

/** What the databases' own programs say when another try would meet the same. */
const HOPELESS =
  /Access denied|password authentication failed|Unknown database|database "[^"]*" does not exist|role "[^"]*" does not exist|command not found|: not found/i;

export const classifyClientError = (messages: string): RetryClass => (HOPELESS.test(messages) ? "permanent" : "retry");
