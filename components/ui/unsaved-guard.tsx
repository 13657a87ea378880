"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "./confirm-dialog.tsx";

/** The address a press of the mouse would lead to within the panel, unless it opens elsewhere. */
function leadsTo(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target === "_blank" || link.origin !== window.location.origin) return undefined;
  return link.pathname + link.search + link.hash;
}

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
