"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { leadsTo } from "./leads-to.ts";

/** Asks before somebody leaves a form with something in it that was not sent. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const router = useRouter();
  const [leaveTo, setLeaveTo] = useState<string>();
  useEffect(() => {
    if (!isDirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const intercept = (event: MouseEvent) => {
      const target = leadsTo(event);
      if (target === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaveTo(target);
    };
    window.addEventListener("beforeunload", ask);
    document.addEventListener("click", intercept, true);
    return () => {
      window.removeEventListener("beforeunload", ask);
      document.removeEventListener("click", intercept, true);
    };
  }, [isDirty]);
  return (
    <ConfirmDialog
      open={leaveTo !== undefined}
      onOpenChange={(open) => !open && setLeaveTo(undefined)}
      title="Leave without saving?"
      action="Leave and lose it"
      onConfirm={() => leaveTo && router.push(leaveTo)}
    >
      What you typed here has not been saved.
    </ConfirmDialog>
  );
}
