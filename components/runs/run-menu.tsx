"use client";

import { Download, Ellipsis, FilePen, Link2, Server, Undo2 } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import type { RunPageView } from "#lib/runs/schema.ts";
import { apiPath } from "../api-client.ts";
import { ExportItems } from "../templates/export-menu.tsx";
import { Button } from "../ui/button.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu.tsx";

async function copyLink() {
  try {
    await navigator.clipboard.writeText(window.location.href);
    toast.success("Link copied");
  } catch {
    toast.error("The browser did not allow copying. Take the address from its bar.");
  }
}

export function RunMenu({ run, onUndo }: { run: RunPageView; onUndo: () => void }) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button size="icon" aria-label="More about this run">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <DropdownMenuItem onSelect={copyLink}>
          <Link2 aria-hidden /> Copy link
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <a download href={apiPath("/runs/{runId}/log", { runId: run.id })}>
            <Download aria-hidden /> Download log
          </a>
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <ExportItems
          markdown={apiPath("/runs/{runId}/checklist/markdown", { runId: run.id })}
          json={apiPath("/runs/{runId}/checklist", { runId: run.id })}
          print={`/runs/${run.id}/print`}
        />
        <DropdownMenuSeparator />
        {run.service ? (
          <DropdownMenuItem asChild>
            <Link href={`/services/${run.service.name}`}>
              <Server aria-hidden /> Go to {run.service.name}
            </Link>
          </DropdownMenuItem>
        ) : null}
        {run.draftId ? (
          <DropdownMenuItem asChild>
            <Link href={`/services/new/${run.draftId}`}>
              <FilePen aria-hidden /> Change answers
            </Link>
          </DropdownMenuItem>
        ) : null}
        {run.goesByDecommission && run.service ? (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem danger asChild>
              <Link href={`/services/${run.service.name}/decommission`}>
                <Undo2 aria-hidden /> Decommission {run.service.name}…
              </Link>
            </DropdownMenuItem>
          </>
        ) : null}
        {run.may.undo ? (
          <>
            <DropdownMenuSeparator />
            <DropdownMenuItem danger onSelect={onUndo}>
              <Undo2 aria-hidden /> Undo what was made…
            </DropdownMenuItem>
          </>
        ) : null}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
