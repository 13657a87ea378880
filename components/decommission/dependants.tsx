import Link from "next/link";
import type { DecommissionView } from "#lib/decommission/types.ts";
import { Card, CardHeader } from "../ui/card.tsx";

interface DependantsProps {
  serviceName: string;
  dependants: DecommissionView["dependants"];
}

/** Who would notice. Each one's owner has to say that it does without, before anything is touched. */
export function Dependants({ serviceName, dependants }: DependantsProps) {
  if (dependants.length === 0) return null;
  return (
    <Card className="overflow-hidden">
      <CardHeader
        title={dependants.length === 1 ? "One service depends on it" : `${dependants.length} services depend on it`}
        note="The run waits for the word of each one’s owner before anything is touched."
      />
      <ul className="divide-y divide-line">
        {dependants.map((one) => (
          <li key={one.service} className="grid gap-0.5 px-4 py-2.5">
            <p>
              <Link href={`/services/${one.service}`} className="font-medium hover:underline">
                {one.service}
              </Link>{" "}
              <span className="text-muted">{one.ownerName}</span>
            </p>
            <p className="break-words text-muted text-sm">
              needs {serviceName}: {one.needs}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
