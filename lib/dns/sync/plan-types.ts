import type { RecordContent, RecordSet } from "#lib/integrations/route53/records.ts";
import type { Observed, Sent, Standing } from "./content.ts";

/** A row of the database, as the planner sees it: what shall stand, and what the panel remembers of its own work. */
export interface DesiredRow {
  id: string;
  name: string;
  type: string;
  /** pending | in_sync | error | drift | removing */
  state: string;
  /** Nothing of it shall stand there any more, also when its removal was refused. */
  leaving: boolean;
  version: number;
  wanted: RecordContent;
  applied: RecordContent | null;
  sent: Sent | null;
  overwrite: Standing | null;
  observed: Observed | null;
  changeId: string | null;
  error: string | null;
}

export interface PlannedSet {
  action: "create" | "change" | "remove";
  row: DesiredRow;
  name: string;
  type: string;
  /** What stands there now; undefined for a creation. */
  before: RecordSet | undefined;
  /** What shall stand there; undefined for a removal. */
  after: RecordContent | undefined;
}

export type RefusalCode =
  | "dns.foreign_record"
  | "dns.cname_conflict"
  | "dns.outside_zone"
  | "dns.apex_cname"
  | "dns.too_large";

export interface Refusal {
  row: DesiredRow;
  code: RefusalCode;
  /** In words, for the row and the page. */
  reason: string;
  /** What is in the way. */
  rivals: RecordSet[];
}

export interface Hold {
  reason: string;
  /** How many of the existing sets it would change or remove, and of how many. */
  affected: number;
  existing: number;
}

export interface Plan {
  changes: PlannedSet[];
  /** What they want stands there. */
  inSync: DesiredRow[];
  /** Nothing of theirs stands there any more. */
  gone: DesiredRow[];
  drifted: { row: DesiredRow; observed: Observed }[];
  refused: Refusal[];
  /** In error by Route 53's own words: nothing is tried until somebody changes something or asks. */
  left: DesiredRow[];
  foreign: RecordSet[];
  hold: Hold | null;
}
