import type { StepContext } from "#lib/steps/types.ts";

/** Keeps a PEM key out of logs, as a whole and line by line, for a log takes it apart. */
export function redactKey(ctx: Pick<StepContext, "redact">, pem: string): void {
  ctx.redact(pem);
  for (const line of pem.split("\n")) if (line.length > 20 && !line.startsWith("-----")) ctx.redact(line);
}
