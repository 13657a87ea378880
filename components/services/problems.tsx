import Link from "next/link";
import { Button } from "../ui/button.tsx";
import { Callout } from "../ui/callout.tsx";
import type { Problem } from "./list-problems.ts";

export function Problems({ problems }: { problems: Problem[] }) {
  if (problems.length === 0) return null;
  return (
    <section aria-label="Open problems" className="grid grid-cols-1 gap-2">
      {problems.map((problem) => (
        <Callout
          key={problem.key}
          tone={problem.tone}
          title={problem.title}
          actions={
            <Button asChild size="sm">
              <Link href={problem.href}>{problem.act}</Link>
            </Button>
          }
        >
          {problem.why}
        </Callout>
      ))}
    </section>
  );
}
