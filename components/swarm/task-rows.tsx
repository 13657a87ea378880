import type { TaskView } from "#lib/swarm/types.ts";
import { stateOfTask } from "../state-of.ts";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

/** `repo:tag@sha256:…` → what is read first, and the digest apart. */
export function splitImage(image: string): { name: string; digest: string | null } {
  const at = image.indexOf("@");
  return at < 0 ? { name: image, digest: null } : { name: image.slice(0, at), digest: image.slice(at + 1) };
}

interface TaskRowsProps {
  label: string;
  tasks: TaskView[];
  /** The service's image: a task with another one says so. */
  usualImage: string;
}

/** Tasks by node, with the reason where one failed. */
export function TaskRows({ label, tasks, usualImage }: TaskRowsProps) {
  if (tasks.length === 0) return <p className="px-4 py-3 text-muted">No task has been seen yet.</p>;
  return (
    <Table label={label}>
      <TableHead>
        <Th>State</Th>
        <Th numeric>Slot</Th>
        <Th>Node</Th>
        <Th>Reason</Th>
        <Th>Since</Th>
      </TableHead>
      <TableBody>
        {tasks.map((task) => {
          const { state, word } = stateOfTask(task.state, task.desiredState);
          const isOther = task.image !== usualImage;
          return (
            <TableRow key={task.id}>
              <Td className="w-28">
                <StateBadge plain state={state} word={word} />
              </Td>
              <Td numeric label="Slot" className="w-14">
                {task.slot ?? "–"}
              </Td>
              <Td label="Node" className="max-w-40 truncate sm:w-48" title={task.node ?? undefined}>
                {task.node ?? <span className="text-muted">none</span>}
              </Td>
              <Td label={task.error ? "Reason" : undefined} wide className="max-sm:order-1">
                {task.error ? <span className="break-words text-failed">{task.error}</span> : null}
                {isOther ? <OtherImage image={task.image} /> : null}
              </Td>
              <Td label="Since" className="w-28 whitespace-nowrap text-muted">
                <RelativeTime at={task.at} />
              </Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}

/** During an update, or after one that was rolled back. */
function OtherImage({ image }: { image: string }) {
  const { name, digest } = splitImage(image);
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-2 text-muted text-xs">
      <code className="break-all">{name}</code>
      {digest ? <MonoId value={digest} what="digest" /> : null}
    </span>
  );
}
