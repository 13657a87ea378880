import type { Person } from "#lib/access/testing/people.ts";
import type { createApi } from "#lib/api/handle-request.ts";
import { db } from "#lib/platform/db/client.ts";
import { transaction } from "#lib/platform/db/transaction.ts";
import { endDeployment } from "../commands/end-deployment.ts";
import { asker } from "./ask-api.ts";

interface Ref {
  id: string;
}
interface Proposed extends Ref {
  seal: string;
  version: number;
  needed: number;
  answers: object;
}

/** What people do with releases, asked of the API as their pages do. */
export function createAsks(api: ReturnType<typeof createApi>) {
  const ask = asker(api);

  const compare = (who: Person, release: Ref, answers?: object) =>
    ask(who, "POST", "/deployments/compare", {
      ...{ releaseId: release.id, environment: "production" },
      ...(answers ? { answers } : {}),
    });

  /** Compares, answers, and proposes what was read. */
  async function propose(who: Person, release: Ref, more: { answers?: object; startAt?: string } = {}) {
    const { json: seen } = await compare(who, release);
    return ask(who, "POST", "/deployments", {
      ...{ releaseId: release.id, environment: "production", seal: seen.seal, startAt: more.startAt ?? null },
      answers: { ...seen.prefilled, ...more.answers },
    });
  }

  return {
    ask,
    compare,
    propose,
    /** The same where it has to be taken. */
    async proposed(who: Person, release: Ref, more: { answers?: object; startAt?: string } = {}): Promise<Proposed> {
      const { status, json, text } = await propose(who, release, more);
      if (status !== 201) throw new Error(`not proposed: ${text}`);
      return json;
    },
    decide: (who: Person, { id, seal }: { id: string; seal: string }, more: object = {}) =>
      ask(who, "POST", `/deployments/${id}/decisions`, {
        ...{ decision: "approve", seal, comment: "", onBehalfOfId: null },
        ...more,
      }),
    start: (who: Person, { id }: Ref) => ask(who, "POST", `/deployments/${id}/start`),
    read: async (who: Person, { id }: Ref) => (await ask(who, "GET", `/deployments/${id}`)).json,
  };
}

export const stateOf = async ({ id }: Ref) => (await db().deployment.findUniqueOrThrow({ where: { id } })).state;
export const countRuns = ({ id }: Ref) => db().run.count({ where: { startKey: `deployment:${id}` } });

/** What the steps of its run would do in the end. */
export async function finish({ id }: Ref, state: "done" | "failed" = "done"): Promise<void> {
  const row = await db().deployment.findUniqueOrThrow({ where: { id } });
  const { runId, environmentId } = row;
  if (runId === null) throw new Error("it has not begun");
  await transaction((tx) => endDeployment(tx, { id, runId, environmentId }, { state, outcome: "As the test says." }));
  await db().run.update({
    where: { id: runId },
    data: { state: "succeeded", exclusiveKey: null, finishedAt: new Date() },
  });
}

/** To whom a mail about one turn of a deployment goes, by their ids. */
export async function readMailed({ id }: Ref, template: string): Promise<string[]> {
  const runs = await db().run.findMany({ where: { startKey: { startsWith: `${template}:${id}:` } } });
  return runs.map(({ startKey }) => startKey.split(":").at(-1) ?? "");
}
