"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { leadsTo } from "../ui/leads-to.ts";
import { useDraft } from "./draft-context.tsx";

/** Nobody leaves the wizard with something unsaved: it is saved first, and asked about when that does not work. */
export function LeaveGuard() {
  const { draft, isDirty, flush } = useDraft();
  const router = useRouter();
  const [leaveTo, setLeaveTo] = useState<string>();
  const own = `/services/new/${draft.id}/`;
  const state = useRef({ isDirty, flush });
  useEffect(() => {
    state.current = { isDirty, flush };
  });

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (!state.current.isDirty) return;
      void state.current.flush();
      event.preventDefault();
    };
    const saveWhenHidden = () => {
      if (document.visibilityState === "hidden" && state.current.isDirty) void state.current.flush();
    };
    const intercept = (event: MouseEvent) => {
      const target = leadsTo(event);
      if (!state.current.isDirty || target === undefined || target.startsWith(own)) return;
      event.preventDefault();
      event.stopPropagation();
      void state.current.flush().then((saved) => (saved ? router.push(target) : setLeaveTo(target)));
    };
    window.addEventListener("beforeunload", ask);
    document.addEventListener("visibilitychange", saveWhenHidden);
    document.addEventListener("click", intercept, true);
    return () => {
      window.removeEventListener("beforeunload", ask);
      document.removeEventListener("visibilitychange", saveWhenHidden);
      document.removeEventListener("click", intercept, true);
      // The browser's own way back cannot be held up; what was typed still goes out.
      if (state.current.isDirty) void state.current.flush();
    };
  }, [own, router]);

  return (
    <ConfirmDialog
      open={leaveTo !== undefined}
      onOpenChange={(open) => !open && setLeaveTo(undefined)}
      title="Leave without saving?"
      action="Leave and lose it"
      onConfirm={() => leaveTo && router.push(leaveTo)}
    >
      What you typed last could not be saved. If you leave now it is lost.
    </ConfirmDialog>
  );
}
