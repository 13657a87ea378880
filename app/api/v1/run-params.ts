import { z } from "zod";

/** A number that names a row. */
export const rowId = z.coerce.number().int().positive().max(2_147_483_647);

export const runParams = z.object({ runId: rowId });
