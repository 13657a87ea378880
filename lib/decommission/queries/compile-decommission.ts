import { compileChecklist, hashSteps } from "#lib/checklists/compile.ts";
import { DECOMMISSION } from "#lib/checklists/decommission.ts";
import type { Tx } from "#lib/platform/db/client.ts";
import { readArranged, readLastAnswers } from "#lib/templates/queries/read-published.ts";
import type { Choices } from "../types.ts";
import { type DecommissionedService, readContext } from "./read-context.ts";
import { refuseUnbacked } from "./refuse-unbacked.ts";

/** The steps of a service's end as it is now, with what identifies them: any change of what is there is another hash. */
export async function compileDecommission(tx: Tx, service: DecommissionedService, choices: Choices) {
  await refuseUnbacked(tx, service, choices);
  const context = await readContext(tx, service, choices);
  const { checklist, pinned } = await readArranged(tx, DECOMMISSION, await readLastAnswers(tx, service.id));
  const steps = compileChecklist(checklist, context);
  return { steps, pinned, planHash: hashSteps(steps, pinned.templateVersion) };
}
