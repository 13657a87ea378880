"use client";

import { Menu } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { useApprovals } from "../releases/use-approvals.ts";
import { Count } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Sheet, SheetContent, SheetTrigger } from "../ui/sheet.tsx";
import { Logo } from "./logo.tsx";
import { listDestinations } from "./navigation.ts";
import { Sidebar } from "./sidebar.tsx";
import { countWaiting, useHome } from "./use-home.ts";
import type { Reader } from "./user-menu.tsx";

/** On a phone: the name, and the sidebar as a sheet. */
export function PhoneBar({ reader }: { reader: Reader }) {
  const [open, setOpen] = useState(false);
  const { data: home } = useHome();
  const approvals = useApprovals(
    undefined,
    listDestinations(reader.roles).some(({ href }) => href === "/approvals"),
  );
  return (
    <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-line border-b bg-surface px-2 lg:hidden">
      <Sheet open={open} onOpenChange={setOpen}>
        <SheetTrigger asChild>
          <Button variant="ghost" size="icon" aria-label="Open the menu">
            <Menu aria-hidden />
          </Button>
        </SheetTrigger>
        <SheetContent label="Menu">
          <Sidebar reader={reader} onNavigate={() => setOpen(false)} />
        </SheetContent>
      </Sheet>
      <Link href="/" className="flex flex-1 items-center gap-2 font-semibold tracking-tight">
        <Logo className="size-5 text-accent" /> Seaworthy
      </Link>
      {home ? <Count n={countWaiting(home) + approvals.count} label=" waiting for you" /> : null}
    </header>
  );
}
