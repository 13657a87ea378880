import type { z } from "zod";
import type { dataChangeChoices, dataChangePage, dataChangeRow, dataChangeView } from "./schema/views.ts";

export type DataChangeListRow = z.output<typeof dataChangeRow>;
export type DataChangePage = z.output<typeof dataChangePage>;
export type DataChangeView = z.output<typeof dataChangeView>;
export type DataChangeChoices = z.output<typeof dataChangeChoices>;
