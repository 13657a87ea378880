import Link from "next/link";
import type { DecommissionView } from "#lib/decommission/types.ts";
import { formatBytes, formatCount } from "#lib/platform/format.ts";
import { wordForKind } from "../runs/words.ts";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { MonoId } from "../ui/mono-id.tsx";
import { ExactTime } from "../ui/relative-time.tsx";

/** What there still is of a service that is gone. */
export function Remains({ left }: { left: DecommissionView["left"] }) {
  const { archives, backups, moreBackups, kept } = left;
  if (archives.length + backups.length + kept.length === 0)
    return (
      <Card>
        <CardBody className="text-muted">Nothing of it is left: no archive, no backup.</CardBody>
      </Card>
    );
  return (
    <>
      {archives.length > 0 ? (
        <Card className="overflow-hidden">
          <CardHeader
            title="Archive of its files"
            note="Read back and compared with the folder before that was emptied."
          />
          <ul className="divide-y divide-line">
            {archives.map((one) => (
              <li key={one.path} className="grid gap-1 px-4 py-3">
                <p className="break-all font-mono text-sm">
                  {one.path} <CopyButton text={one.path} label="Copy the archive’s path" />
                </p>
                <p className="flex flex-wrap items-center gap-x-3 text-muted text-sm">
                  <span>{formatBytes(one.sizeBytes)}</span>
                  <span>{formatCount(one.files)} files and folders</span>
                  <span>of {one.folder}</span>
                  <ExactTime at={one.at} />
                </p>
                <p className="text-muted text-sm">
                  SHA-256 <MonoId value={one.sha256} what="the archive’s hash" copy />
                </p>
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      {backups.length > 0 ? (
        <Card className="overflow-hidden">
          <CardHeader title="Backups" note="Newest first." />
          <ul className="divide-y divide-line">
            {backups.map((one) => (
              <li key={one.id} className="grid gap-0.5 px-4 py-2.5">
                <Link
                  href={`/backups/points/${one.id}`}
                  className="break-all font-mono text-accent text-sm underline underline-offset-4"
                >
                  {one.key}
                </Link>
                <p className="flex flex-wrap gap-x-3 text-muted text-sm">
                  <span>{one.policy}</span>
                  <ExactTime at={one.at} />
                  <span>{one.isProven ? "proven by restoring it" : "not proven by restoring it"}</span>
                </p>
              </li>
            ))}
            {moreBackups > 0 ? <li className="px-4 py-2.5 text-muted text-sm">and {moreBackups} older ones</li> : null}
          </ul>
        </Card>
      ) : null}
      {kept.length > 0 ? (
        <Card className="overflow-hidden">
          <CardHeader title="Kept, as was chosen" />
          <ul className="divide-y divide-line">
            {kept.map((one) => (
              <li key={`${one.kind} ${one.name}`} className="px-4 py-2 text-sm">
                <span className="text-muted">{wordForKind(one.kind)}</span>{" "}
                <span className="break-all font-mono">{one.name}</span>{" "}
                <CopyButton text={one.name} label="Copy its name" />
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
    </>
  );
}
