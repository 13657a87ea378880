import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "../ui/button.tsx";

export function NewDataChangeButton({ service, small }: { service?: string; small?: boolean }) {
  return (
    <Button asChild variant={small ? "secondary" : "primary"} size={small ? "sm" : "md"}>
      <Link href={`/data-changes/new${service ? `?service=${encodeURIComponent(service)}` : ""}`}>
        <Plus aria-hidden /> New data change
      </Link>
    </Button>
  );
}
