import type { Tx } from "#lib/platform/db/client.ts";

/** The one host that everything of a stack runs on, as a worker last saw it; null: none, or more than one. */
export async function findHost(tx: Tx, stackName: string): Promise<string | null> {
  const tasks = await tx.swarmTask.findMany({
    where: { service: { stack: stackName }, state: "running", desiredState: "running", nodeId: { not: null } },
    select: { nodeId: true },
  });
  const [nodeId, ...others] = new Set(tasks.map((task) => task.nodeId));
  if (!nodeId || others.length > 0) return null;
  const node = await tx.swarmNode.findUnique({ where: { id: nodeId }, select: { hostname: true } });
  return node?.hostname ?? null;
}
