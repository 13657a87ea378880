"use client";

import { CircleAlert } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import type { HomeView } from "#lib/services/types.ts";
import { useApprovals } from "../releases/use-approvals.ts";
import { Count } from "../ui/badge.tsx";
import { cn } from "../ui/cn.ts";
import { Spinner } from "../ui/spinner.tsx";
import { PaletteButton } from "./command-palette.tsx";
import { Logo } from "./logo.tsx";
import { isHere, listDestinations } from "./navigation.ts";
import { countWaiting, useHome } from "./use-home.ts";
import { type Reader, UserMenu } from "./user-menu.tsx";

/** What stands behind a place's name: only what waits for the reader, or moves. */
function markOf(href: string, home: HomeView | undefined, approvals: number): ReactNode {
  if (href === "/approvals") return <Count n={approvals} label=" waiting for you" />;
  if (!home) return null;
  if (href === "/") return <Count n={countWaiting(home) + approvals} label=" waiting for you" />;
  if (href === "/runs" && home.inMotion.length > 0)
    return (
      <span className="flex items-center gap-1 text-running text-xs tabular-nums">
        {home.inMotion.length}
        <Spinner className="size-3.5" />
        <span className="sr-only">in progress</span>
      </span>
    );
  if (href === "/checklists")
    return (
      <>
        <Count n={home.waiting.steps.filter((step) => step.isMine).length} label=" of yours" />
        <ChecklistsMark checklists={home.health.checklists} />
      </>
    );
  if (href === "/backups") return <BackupsMark backups={home.health.backups} />;
  return null;
}

/** That something of a live service's checklist is no longer so. */
function ChecklistsMark({ checklists: { open, worst } }: { checklists: HomeView["health"]["checklists"] }) {
  if (open === 0) return null;
  const words = `Checklists: ${open} ${open === 1 ? "item" : "items"} no longer so${worst[0] ? `, first at ${worst[0].service}` : ""}`;
  return (
    <span title={words}>
      <CircleAlert aria-hidden className="size-4 text-person" />
      <span className="sr-only">{words}</span>
    </span>
  );
}

/** That a backup or a proof is overdue, a backup failing or too old, or that nothing is proven of something. */
function BackupsMark({
  backups: { overdue, failing, tooOld, unreachable, worst },
}: {
  backups: HomeView["health"]["backups"];
}) {
  const trouble = [
    overdue > 0 && `${overdue} overdue`,
    failing > 0 && `${failing} failing`,
    tooOld > 0 && `${tooOld} too old`,
    unreachable > 0 && `${unreachable} in a failing target`,
    worst.some((one) => one.asOf === null) && "something with nothing proven now",
  ].filter(Boolean);
  if (trouble.length === 0) return null;
  const words = `Backups: ${trouble.join(", ")}`;
  return (
    <span title={words}>
      <CircleAlert aria-hidden className="size-4 text-person" />
      <span className="sr-only">{words}</span>
    </span>
  );
}

/** The frame's left side; on a phone it is the content of a sheet. */
export function Sidebar({ reader, onNavigate }: { reader: Reader; onNavigate?: () => void }) {
  const pathname = usePathname();
  const { data: home } = useHome();
  const places = listDestinations(reader.roles);
  const approvals = useApprovals(
    undefined,
    places.some(({ href }) => href === "/approvals"),
  );
  return (
    <div className="flex h-full flex-col gap-3 p-3">
      <Link
        href="/"
        onClick={onNavigate}
        className="flex w-fit items-center gap-2 rounded-md px-2 pt-1 font-semibold tracking-tight"
      >
        <Logo className="size-5 text-accent" /> Seaworthy
      </Link>
      <PaletteButton onOpen={onNavigate} />
      <nav aria-label="Main" className="min-h-0 flex-1 overflow-y-auto">
        <ul className="grid gap-0.5">
          {places.map(({ href, label, icon: Icon }) => {
            const here = isHere(href, pathname);
            return (
              <li key={href}>
                <Link
                  href={href}
                  onClick={onNavigate}
                  aria-current={here ? "page" : undefined}
                  className={cn(
                    "flex h-8 items-center gap-2.5 rounded-md px-2 text-muted hover:bg-hover hover:text-ink pointer-coarse:h-10",
                    here && "bg-hover font-medium text-ink",
                  )}
                >
                  <Icon aria-hidden className={cn("size-4 shrink-0", here && "text-accent")} />
                  <span className="flex-1">{label}</span>
                  {markOf(href, home, approvals.count)}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <UserMenu reader={reader} />
    </div>
  );
}
