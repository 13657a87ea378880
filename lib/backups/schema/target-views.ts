import { z } from "zod";
import { targetConfigSchema } from "./target.ts";

const instant = z.iso.datetime();

/** Something under a target's prefix that no backup of the panel names. */
const orphanView = z.object({
  id: z.string(),
  key: z.string(),
  sizeBytes: z.number(),
  modifiedAt: instant,
  foundAt: instant,
  /** A whole backup with its manifest: it can be taken up as a restore point. */
  adoptable: z.boolean(),
});

export const targetView = z.object({
  id: z.string(),
  name: z.string(),
  config: targetConfigSchema,
  hasSecret: z.boolean(),
  state: z.enum(["unchecked", "ok", "failing"]),
  error: z.string().nullable(),
  checkedAt: instant.nullable(),
  isDefault: z.boolean(),
  policies: z.number().int(),
  /** Restore points that are there now, and their size. */
  points: z.number().int(),
  storedBytes: z.number(),
  orphans: z.array(orphanView),
  /** Points whose objects were not there when it was last looked through. */
  missing: z.number().int(),
  version: z.number().int(),
});

export const targetList = z.object({ targets: z.array(targetView) });
