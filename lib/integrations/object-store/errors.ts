import { AppError, type AppErrorOptions } from "#lib/platform/errors.ts";
import { formatBytes } from "#lib/platform/format.ts";

type More = Pick<AppErrorOptions, "detail" | "cause" | "advice" | "retryAfterMs">;

/** Every way a store can fail, with what to do about it. `what` says what was tried: "store wiki/…/database.sql.zst". */
export const storeError = {
  exists: (key: string, more: More = {}) =>
    new AppError({
      code: "object_store.exists",
      message: `There is an object ${key} already; it is not overwritten.`,
      status: 409,
      ...more,
    }),
  missing: (key: string, more: More = {}) =>
    new AppError({
      code: "object_store.missing",
      message: `There is no object ${key}.`,
      advice: "Look through the target to find out what else is not there.",
      status: 404,
      ...more,
    }),
  badKey: (key: string) =>
    new AppError({ code: "object_store.bad_key", message: `${JSON.stringify(key)} is no name for an object.` }),
  locked: (key: string, until: Date | null, more: More = {}) =>
    new AppError({
      code: "object_store.locked",
      message: `${key} cannot be deleted${until ? ` before ${until.toISOString()}` : ""}: it is under Object Lock.`,
      advice: "Nobody can change that. It can be deleted once the lock has ended.",
      status: 409,
      ...more,
    }),
  full: (what: string, more: More = {}) =>
    new AppError({
      code: "object_store.full",
      message: `There is no room left on the target to ${what}.`,
      advice: "Make room there, or keep fewer points, then retry.",
      retry: "needs_person",
      ...more,
    }),
  refused: (what: string, why: string, more: More = {}) =>
    new AppError({
      code: "object_store.refused",
      message: `The target refused to ${what}: ${why}`,
      advice: "Mend the target's settings or its permissions, then retry.",
      retry: "needs_person",
      ...more,
    }),
  noConditions: (what: string, more: More = {}) =>
    new AppError({
      code: "object_store.no_conditions",
      message: `The target refused to ${what}: it knows no conditional writes (If-None-Match).`,
      advice:
        "Turn off “Ask the server to refuse to overwrite” in the target's settings, then retry. The panel then looks itself before it writes.",
      retry: "needs_person",
      ...more,
    }),
  unreachable: (what: string, why: string, more: More = {}) =>
    new AppError({
      code: "object_store.unreachable",
      message: `The target could not be reached to ${what}: ${why}`,
      retry: "retry",
      status: 503,
      ...more,
    }),
  stalled: (what: string, stallMs: number, more: More = {}) =>
    new AppError({
      code: "object_store.stalled",
      message: `The target took and gave nothing for ${Math.round(stallMs / 1000)} s when it was to ${what}.`,
      retry: "retry",
      status: 503,
      ...more,
    }),
  failed: (what: string, why: string, more: More = {}) =>
    new AppError({
      code: "object_store.failed",
      message: `The target failed to ${what}: ${why}`,
      retry: "retry",
      ...more,
    }),
} as const;

/** It became longer than its store takes in as many parts as it was begun with. */
export class Outgrown extends AppError {
  /** How long it had become. */
  readonly sizeBytes: number;

  constructor(what: string, sizeBytes: number) {
    super({
      code: "object_store.outgrown",
      message: `The target takes no more than ${formatBytes(sizeBytes)} in parts of the size chosen to ${what}: it is much longer than the one before.`,
      advice: "It is tried again in larger parts.",
      retry: "retry",
    });
    this.sizeBytes = sizeBytes;
  }
}

export const isLockedError = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "object_store.locked";

/** What the store says of an object's length is not what was sent: it is taken away again. */
export const wrongSize = (key: string, sent: number, stored: number | null) =>
  storeError.failed(
    `store ${key}`,
    stored === null
      ? "it said yes, but the object is not there."
      : `${sent} bytes were sent and it holds ${stored} of them.`,
  );
