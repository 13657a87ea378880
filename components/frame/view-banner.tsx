"use client";

import { Eye } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";

/** Above every page while an administrator looks through somebody else's eyes. */
export function ViewBanner({ name }: { name: string }) {
  const [pending, setPending] = useState(false);

  async function stop() {
    setPending(true);
    try {
      await api("DELETE /session/view");
      // A whole load: everything on the page was read as the other person.
      window.location.assign("/people");
    } catch (error) {
      setPending(false);
      toast.error(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  return (
    <div
      role="status"
      className="sticky top-0 z-40 flex flex-wrap items-center gap-x-3 gap-y-1 border-person/35 border-b bg-person-soft px-4 py-1.5 text-sm max-lg:top-12"
    >
      <Eye aria-hidden className="size-4 shrink-0 text-person" />
      <p className="min-w-0 flex-1 break-words">
        You see the panel as <strong>{name}</strong>. Nothing can be changed.
      </p>
      <Button size="sm" onClick={stop} pending={pending}>
        Back to my own view
      </Button>
    </div>
  );
}
