import type { DockerTask } from "#lib/integrations/docker/schema.ts";
import { listNodes } from "#lib/integrations/docker/swarm.ts";

/** Host names of the nodes on which any of the tasks runs now. */
export async function hostsOf(tasks: readonly DockerTask[], signal: AbortSignal): Promise<string[]> {
  const ids = new Set(tasks.filter(({ Status }) => Status.State === "running").map(({ NodeID }) => NodeID));
  if (ids.size === 0) return [];
  const nodes = await listNodes(signal);
  return nodes.filter(({ ID }) => ids.has(ID)).map(({ ID, Description }) => Description.Hostname || ID);
}
