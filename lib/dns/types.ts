import type { z } from "zod";
import type { blockedNameInput, blockedNameList, blockedNameView } from "./schema/blocked-names.ts";
import type {
  checkRecordInput,
  createRecordInput,
  editRecordInput,
  recordAnswers,
  recordDetail,
  recordFindings,
  recordPage,
  recordPlaces,
  recordView,
} from "./schema/records.ts";
import type {
  adoptForeignInput,
  adoptManyInput,
  adoptManyResult,
  foreignPage,
  foreignView,
  importInput,
  importPreview,
  importResult,
  zoneList,
  zoneView,
} from "./schema/zones.ts";

/** A DNS record as pages show it. */
export type RecordView = z.output<typeof recordView>;
export type RecordPage = z.output<typeof recordPage>;
export type RecordDetail = z.output<typeof recordDetail>;
export type RecordPlaces = z.output<typeof recordPlaces>;
export type RecordPlace = RecordPlaces["places"][number];
export type RecordFindings = z.output<typeof recordFindings>;
export type RecordAnswers = z.output<typeof recordAnswers>;
export type CreateRecord = z.output<typeof createRecordInput>;
export type EditRecord = z.output<typeof editRecordInput>;
export type CheckRecord = z.output<typeof checkRecordInput>;
export type ZoneView = z.output<typeof zoneView>;
export type ZoneList = z.output<typeof zoneList>;
export type ForeignView = z.output<typeof foreignView>;
export type ForeignPage = z.output<typeof foreignPage>;
export type AdoptForeign = z.output<typeof adoptForeignInput>;
export type AdoptMany = z.output<typeof adoptManyInput>;
export type AdoptManyResult = z.output<typeof adoptManyResult>;
export type ImportZone = z.output<typeof importInput>;
export type ImportPreview = z.output<typeof importPreview>;
export type ImportResult = z.output<typeof importResult>;
export type ImportLine = ImportPreview["lines"][number];
export type BlockedNameView = z.output<typeof blockedNameView>;
export type BlockedNameList = z.output<typeof blockedNameList>;
export type BlockedNameInput = z.output<typeof blockedNameInput>;

/** The hosted zone the panel works in. `id` is ours, null while there is no row yet. */
export interface Zone {
  id: string | null;
  name: string;
  providerZoneId: string;
  nameServers: string[];
}
