/** What pages are given about the swarm. Times are ISO texts. */

export interface TaskView {
  id: string;
  slot: number | null;
  /** The node's host name. */
  node: string | null;
  state: string;
  desiredState: string;
  /** Why it failed, in Docker's words. */
  error: string | null;
  image: string;
  at: string;
}

export interface SwarmServiceView {
  id: string;
  name: string;
  stack: string | null;
  image: string;
  digest: string | null;
  desired: number;
  running: number;
  updateState: string | null;
  updatedAt: string;
  observedAt: string;
  tasks: TaskView[];
}

/** `unknown`: no worker has looked yet, or not for a while. */
export type Health = "healthy" | "degraded" | "down" | "unknown";

export interface EnvironmentHealth {
  environment: string;
  stackName: string;
  health: Health;
  desired: number;
  running: number;
  observedAt: string | null;
  services: SwarmServiceView[];
}

export interface ServiceHealth {
  serviceName: string;
  environments: EnvironmentHealth[];
}

export interface ServiceHealthSummary {
  serviceName: string;
  environment: string;
  health: Health;
  desired: number;
  running: number;
  observedAt: string | null;
}

export interface NodeView {
  id: string;
  hostname: string;
  role: string;
  state: string;
  availability: string;
  labels: Record<string, string>;
  observedAt: string;
}

export interface SwarmView {
  nodes: NodeView[];
  services: SwarmServiceView[];
}
