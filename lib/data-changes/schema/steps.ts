import { z } from "zod";

/** `policy`: of the database's backups, for people; where it is found is asked again. */
export const dataChangeStepInput = z.object({ dataChangeId: z.uuid(), policy: z.string() });
export type DataChangeStepInput = z.output<typeof dataChangeStepInput>;
