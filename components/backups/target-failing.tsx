import Link from "next/link";
import type { BackupPoint } from "#lib/backups/types.ts";
import { Moment } from "./moment.tsx";

/** That what a backup lies in does not work now; nothing while it does. */
export function TargetFailing({ point: { target, targetFailingSince } }: { point: BackupPoint }) {
  if (!targetFailingSince) return null;
  return (
    <p>
      Its target{" "}
      <Link href={`/backups/targets/${target.id}`} className="underline underline-offset-4">
        {target.name}
      </Link>{" "}
      has been failing since <Moment at={targetFailingSince} />: until it works again, nothing can be restored from it.
    </p>
  );
}
