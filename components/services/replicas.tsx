import { StateBadge } from "../ui/state-badge.tsx";

interface ReplicasProps {
  running: number;
  desired: number;
  /** In front of the figures: an environment's name. */
  name?: string;
}

/** Running of desired, as the swarm was last seen. */
export function Replicas({ running, desired, name }: ReplicasProps) {
  const text = `${name ? `${name} ` : ""}${running}/${desired}`;
  if (desired === 0) return <StateBadge plain state="skipped" word={`${name ? `${name} ` : ""}stopped`} />;
  if (running >= desired) return <StateBadge plain state="done" word={text} />;
  return <StateBadge plain alert={running > 0} state={running === 0 ? "failed" : "person"} word={text} />;
}
