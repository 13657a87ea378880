import { Plus } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button, type ButtonProps } from "../ui/button.tsx";

interface NewRecordButtonProps extends Pick<ButtonProps, "size" | "variant"> {
  /** Where it begins: the end of the name. */
  suffix?: string;
  children?: ReactNode;
}

export function NewRecordButton({ suffix, children, variant = "primary", ...props }: NewRecordButtonProps) {
  return (
    <Button asChild variant={variant} {...props}>
      <Link href={`/domains/records/new${suffix ? `?under=${encodeURIComponent(suffix)}` : ""}`}>
        <Plus aria-hidden /> {children ?? "New record"}
      </Link>
    </Button>
  );
}
