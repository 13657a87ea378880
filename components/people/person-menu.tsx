"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, Eye, LogOut, UserCheck, UserX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { UserView } from "#lib/access/schema.ts";
import { api } from "../api-client.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu.tsx";

/** What an administrator may do about somebody. */
export function PersonMenu({ person }: { person: UserView }) {
  const [closing, setClosing] = useState(false);
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["people"] });
  const params = { userId: person.id };

  async function attempt(work: () => Promise<unknown>) {
    try {
      await work();
    } catch (error) {
      toast.error(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  const view = () =>
    attempt(async () => {
      await api("POST /users/{userId}/view", { params });
      window.location.assign("/");
    });
  const signOut = () =>
    attempt(async () => {
      const { revoked } = await api("DELETE /users/{userId}/sessions", { params });
      toast.success(`${person.name} is signed out (${revoked === 1 ? "1 session" : `${revoked} sessions`}).`);
      await refresh();
    });
  const open = () =>
    attempt(async () => {
      await api("PATCH /users/{userId}", { params, body: { disabled: false } });
      toast.success(`${person.name} can sign in again.`);
      await refresh();
    });
  async function close() {
    await api("PATCH /users/{userId}", { params, body: { disabled: true } });
    toast.success(`${person.name}’s account is closed.`, { action: { label: "Undo", onClick: open } });
    await refresh();
  }

  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button variant="ghost" size="icon-sm" aria-label={`Actions for ${person.name}`}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <DropdownMenuItem onSelect={view} disabled={person.disabled || person.roles.length === 0}>
            <Eye aria-hidden /> See the panel as {person.name}
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={signOut} disabled={person.sessions === 0}>
            <LogOut aria-hidden /> Sign out everywhere
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          {person.disabled ? (
            <DropdownMenuItem onSelect={open}>
              <UserCheck aria-hidden /> Open the account again
            </DropdownMenuItem>
          ) : (
            <DropdownMenuItem danger onSelect={() => setClosing(true)}>
              <UserX aria-hidden /> Close the account…
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      <ConfirmDialog
        open={closing}
        onOpenChange={setClosing}
        title={`Close ${person.name}’s account?`}
        action="Close the account"
        onConfirm={close}
      >
        They are signed out at once and cannot sign in to the panel any more; their API tokens stop working. What they
        own stays, and so does the record of what they did. You can open the account again.
      </ConfirmDialog>
    </>
  );
}
