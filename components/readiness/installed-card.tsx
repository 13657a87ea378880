import type { ReadinessView } from "#lib/readiness/types.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";

/** What the panel found in the running tasks by itself. */
export function InstalledCard({ data: { packages, changedFiles } }: { data: ReadinessView }) {
  if (packages.length + changedFiles.length === 0) return null;
  return (
    <Card aria-label="Found in the running tasks">
      <CardHeader title="Found in the running tasks" note="Noted each time a worker looks." />
      <CardBody className="grid gap-3">
        {changedFiles.length > 0 ? (
          <details>
            <summary className="cursor-pointer">
              {changedFiles.length} {changedFiles.length === 1 ? "file" : "files"} not as the image has{" "}
              {changedFiles.length === 1 ? "it" : "them"}
            </summary>
            <ul className="mt-2 grid gap-1">
              {changedFiles.map(({ path, act }) => (
                <li key={path}>
                  <code className="break-all">{path}</code> <span className="text-muted text-sm">{act}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
        {packages.length > 0 ? (
          <details>
            <summary className="cursor-pointer">{packages.length} packages of the image's own system</summary>
            <ul className="mt-2 gap-x-6 text-sm sm:columns-2 lg:columns-3">
              {packages.map(({ name, version }) => (
                <li key={`${name} ${version}`} className="break-words">
                  <code>{name}</code> <span className="text-muted">{version}</span>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </CardBody>
    </Card>
  );
}
