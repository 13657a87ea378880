import type { Tx } from "#lib/platform/db/client.ts";
import { readConfig } from "#lib/releases/queries/find-environment.ts";
import { readAnswers } from "#lib/secret-stores/queries/read-place.ts";
import { DATABASE_PORTS } from "../constants.ts";
import type { DeclaredPort } from "../survey/compare-ports.ts";

export interface Declared {
  app: DeclaredPort[];
  /** null: it has no database of its own. */
  db: DeclaredPort[] | null;
}

/** Ports an environment is set to have, with what the answers say they are for. */
export async function readDeclared(tx: Tx, serviceId: string, environmentName: string): Promise<Declared> {
  const environment = await tx.environment.findUnique({
    where: { serviceId_name: { serviceId, name: environmentName } },
    select: { id: true },
  });
  const answers = await readAnswers(tx, serviceId);
  const settings = environment && (await readConfig(tx, environment.id));
  const purposes = new Map(
    (answers?.placement.ports ?? []).map((one) => [`${one.container}/${one.protocol}`, one.purpose]),
  );
  const ports =
    settings?.content.ports ??
    (answers?.placement.ports ?? []).map(({ container, protocol }) => ({ target: container, protocol }));
  const engine = answers?.data.database ?? "none";
  return {
    app: ports.map(({ target, protocol }) => ({
      port: target,
      protocol,
      purpose: purposes.get(`${target}/${protocol}`) ?? "",
    })),
    db: engine === "none" ? null : [{ port: DATABASE_PORTS[engine], protocol: "tcp", purpose: "Its database" }],
  };
}
