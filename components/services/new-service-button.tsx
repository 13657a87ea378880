import { Plus } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";

export function NewServiceButton({ children = "New service" }: { children?: ReactNode }) {
  return (
    <Button asChild variant="primary">
      <Link href="/services/new">
        <Plus aria-hidden /> {children}
      </Link>
    </Button>
  );
}
