import { AppError } from "#lib/platform/errors.ts";
import type { VerificationLevel } from "../constants.ts";

/** A stored backup that was looked at and is not good. Anything else that goes wrong while proving says nothing about it. */
export class Disproved extends AppError {
  readonly level: VerificationLevel;
  /** For the report: what differs. */
  readonly details: Record<string, unknown>;

  constructor(
    level: VerificationLevel,
    why: string,
    more: { detail?: string; details?: Record<string, unknown> } = {},
  ) {
    super({
      code: "backups.disproved",
      message:
        level === "smoke"
          ? `The check of the restored data failed: ${why}.`
          : `The backup is not good (${level}): ${why}.`,
      advice:
        level === "smoke"
          ? "Its rows are as they were dumped. Look at what the app, or the statement, wants of them."
          : "It no longer counts as a backup. Take a new one, and look at the database and at where backups go.",
      ...(more.detail ? { detail: more.detail } : {}),
      retry: "permanent",
    });
    this.level = level;
    this.details = more.details ?? {};
  }
}

/** What was found bad right after it was taken may come out good the next time. */
export const takenBadly = (error: Disproved) =>
  new AppError({
    code: error.code,
    message: error.message,
    advice: "Nobody can rely on it any more, and it is taken again by itself. Look at where backups go.",
    ...(error.detail ? { detail: error.detail } : {}),
    retry: "retry",
    cause: error,
  });

/** Retention or a person took it away while it was read: that it is not there says nothing. */
export const removed = () =>
  new AppError({
    code: "backups.removed",
    message: "The backup was removed while it was being proven.",
    advice: "Nothing has to be done: the next proof takes another.",
  });
