import type { z } from "zod";
import type { choicesSchema, decommissionView } from "./schema.ts";

export type Choices = z.output<typeof choicesSchema>;
export type DecommissionView = z.output<typeof decommissionView>;

export type Group = "other" | "route" | "stack" | "volume" | "folder" | "certificate" | "record" | "secret" | "monitor";

/** A step that made something which is still there, and what of it goes together. */
export interface Maker {
  stepId: number;
  group: Group;
  /** Names as people know them: "pad-notes-production_app". */
  names: string[];
  kinds: string[];
}
