import type { ReactNode } from "react";
import { requireActor } from "#app/actor.ts";
import { Frame } from "#components/frame/frame.tsx";

/** Waits for who reads, and only for that: a stranger is sent to sign in before a page is drawn. */
export default async function PanelLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const reader = {
    name: actor.name,
    email: actor.email,
    roles: actor.roles,
    lookedThroughBy: actor.lookedThroughBy?.name ?? null,
  };
  return <Frame reader={reader}>{children}</Frame>;
}
