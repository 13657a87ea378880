import { z } from "zod";
import { RUN_STATES } from "#lib/runs/types.ts";
import { SERVICE_STATES } from "#lib/services/constants.ts";
import { BACKUP_CHOICES, DATA_CHOICES, FILE_CHOICES } from "./constants.ts";

/** What becomes of what a service leaves behind. */
export const choicesSchema = z
  .strictObject({
    files: z.enum(FILE_CHOICES).default("archive"),
    database: z.enum(DATA_CHOICES).default("delete"),
    secrets: z.enum(DATA_CHOICES).default("delete"),
    /** Stored backups. `delete` leaves the last one of each that was proven. */
    backups: z.enum(DATA_CHOICES).default("keep"),
    /** Whether everything is backed up and proven once more before it goes. */
    lastBackup: z.enum(BACKUP_CHOICES).default("take"),
    reason: z.string().trim().max(500).default(""),
  })
  .superRefine((choices, ctx) => {
    const refuse = (field: string, message: string) => ctx.addIssue({ code: "custom", path: [field], message });
    if (choices.database === "keep" && choices.secrets === "delete")
      refuse("secrets", "Keep its secrets with its database: without them nobody can open it.");
    if (choices.lastBackup !== "take" && choices.backups === "delete")
      refuse("backups", "Backups are deleted only after a newer one was taken and proven.");
    if (choices.lastBackup !== "take" && choices.reason === "")
      refuse(
        "reason",
        choices.lastBackup === "skip"
          ? "Say why it goes without a last backup."
          : "Say why its last backup need not be proven.",
      );
  });

export const startSchema = z.strictObject({
  choices: choicesSchema,
  planRunId: z.int(),
  /** The service's name, typed. */
  confirmName: z.string().max(60),
});

const instant = z.string();
const kept = z.object({ kind: z.string(), name: z.string() });

/** What the page about a service's end shows. */
export const decommissionView = z.object({
  service: z.object({ name: z.string(), state: z.enum(SERVICE_STATES) }),
  /** Why it cannot begin now; null: it can. */
  hindrance: z
    .object({
      words: z.string(),
      /** The run it hangs on. */
      runId: z.number().int().nullable(),
      /** It hangs on what is kept under the service's backups. */
      isInBackups: z.boolean(),
    })
    .nullable(),
  mayStart: z.boolean(),
  mayDeleteBackups: z.boolean(),
  /** What there is to decide about. */
  has: z.object({
    folders: z.array(z.string()),
    volumes: z.array(z.string()),
    secrets: z.number().int(),
    policies: z.array(z.string()),
    points: z.number().int(),
  }),
  dependants: z.array(z.object({ service: z.string(), ownerName: z.string(), needs: z.string() })),
  /** The newest run of it, whatever became of it. */
  run: z.object({ id: z.number().int(), state: z.enum(RUN_STATES), createdAt: instant }).nullable(),
  /** What is left of a service that is gone. */
  left: z.object({
    archives: z.array(
      z.object({
        path: z.string(),
        folder: z.string(),
        sizeBytes: z.number(),
        sha256: z.string(),
        files: z.number().int(),
        at: instant,
      }),
    ),
    backups: z.array(
      z.object({ id: z.string(), key: z.string(), policy: z.string(), at: instant, isProven: z.boolean() }),
    ),
    moreBackups: z.number().int(),
    kept: z.array(kept),
  }),
});
