import { stateOfTask } from "../state-of.ts";
import { MonoId } from "../ui/mono-id.tsx";
import { RelativeTime } from "../ui/relative-time.tsx";
import { StateBadge } from "../ui/state-badge.tsx";
import { Table, TableBody, TableHead, TableRow, Td, Th } from "../ui/table.tsx";

export interface TaskShown {
  id: string;
  slot: number | null;
  node: string | null;
  state: string;
  desiredState: string;
  error: string | null;
  image: string;
  at: string;
}

/** `repo:tag@sha256:…` → what is read first, and the digest apart. */
export function splitImage(image: string): { name: string; digest: string | null } {
  const at = image.indexOf("@");
  return at < 0 ? { name: image, digest: null } : { name: image.slice(0, at), digest: image.slice(at + 1) };
}

/** Tasks by node, with the reason where one failed. */
export function TaskRows({ label, tasks }: { label: string; tasks: TaskShown[] }) {
  if (tasks.length === 0) return <p className="px-4 py-3 text-muted">No task has been seen yet.</p>;
  return (
    <Table label={label}>
      <TableHead>
        <Th>State</Th>
        <Th numeric>Slot</Th>
        <Th>Node</Th>
        <Th>Reason</Th>
        <Th>Image</Th>
        <Th>Since</Th>
      </TableHead>
      <TableBody>
        {tasks.map((task) => {
          const { state, word } = stateOfTask(task.state, task.desiredState);
          const { name, digest } = splitImage(task.image);
          return (
            <TableRow key={task.id}>
              <Td wide>
                <StateBadge plain state={state} word={word} />
              </Td>
              <Td numeric label="Slot">
                {task.slot ?? "–"}
              </Td>
              <Td label="Node" className="max-w-48 truncate">
                {task.node ?? <span className="text-muted">none</span>}
              </Td>
              <Td label={task.error ? "Reason" : undefined} wide className="max-w-md">
                {task.error ? <span className="break-words text-failed">{task.error}</span> : null}
              </Td>
              <Td label="Image" className="max-w-72" wide>
                <span className="flex min-w-0 flex-wrap items-center gap-x-2">
                  <code className="truncate text-[0.92em]" title={name}>
                    {name}
                  </code>
                  {digest ? <MonoId value={digest} what="digest" className="text-muted" /> : null}
                </span>
              </Td>
              <Td label="Since" className="whitespace-nowrap text-muted">
                <RelativeTime at={task.at} />
              </Td>
            </TableRow>
          );
        })}
      </TableBody>
    </Table>
  );
}
