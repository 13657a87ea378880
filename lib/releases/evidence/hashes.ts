import { sha256 } from "#lib/platform/crypto.ts";

const hex = (text: string | Uint8Array): string => Buffer.from(sha256(text)).toString("hex");

/** Of a log as it stands in the file. */
export const hashLines = (lines: readonly string[]): string => hex(lines.join("\n"));
/** Of a step: its attempts' logs in order. */
export const hashAttempts = (attempts: readonly { sha256: string }[]): string =>
  hex(attempts.map((one) => one.sha256).join("\n"));
export const hashFile = hex;
