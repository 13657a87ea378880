import type { NewRelease } from "#lib/releases/schema/release.ts";
import { readLines, readWhole } from "../backups/find-problems.ts";

export const HEALTH_KINDS = ["http", "command", "none"] as const;

/** How it is asked whether a task is well, as it is typed. */
export interface HealthDraft {
  kind: (typeof HEALTH_KINDS)[number];
  path: string;
  port: string;
  /** The program and what it is given, one a line. */
  command: string;
  intervalS: string;
  timeoutS: string;
  retries: string;
  startPeriodS: string;
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : otherwise;

/** As the release before has it; where it has none, what is usual. */
export function draftHealth(check: unknown): HealthDraft {
  const { kind, path, port, argv, ...timing } = (check ?? {}) as Record<string, unknown>;
  return {
    kind: HEALTH_KINDS.find((one) => one === kind) ?? "none",
    path: text(path, "/"),
    port: text(port, "8080"),
    command: Array.isArray(argv) ? argv.join("\n") : "",
    intervalS: text(timing.intervalS, "10"),
    timeoutS: text(timing.timeoutS, "5"),
    retries: text(timing.retries, "3"),
    startPeriodS: text(timing.startPeriodS, "30"),
  };
}

/** The same as the API takes it. */
export function healthOf(draft: HealthDraft): NonNullable<NewRelease["stack"]["healthCheck"]> | null {
  if (draft.kind === "none") return null;
  const timing = {
    intervalS: readWhole(draft.intervalS),
    timeoutS: readWhole(draft.timeoutS),
    retries: readWhole(draft.retries),
    startPeriodS: readWhole(draft.startPeriodS),
  };
  return draft.kind === "http"
    ? { kind: "http", path: draft.path.trim(), port: readWhole(draft.port), ...timing }
    : { kind: "command", argv: readLines(draft.command), ...timing };
}
