"use client";

import { Braces, Copy, Download, FileText, Printer } from "lucide-react";
import Link from "next/link";
import { toast } from "sonner";
import { Button } from "../ui/button.tsx";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu.tsx";

interface ExportAddresses {
  markdown: string;
  json: string;
  print: string;
}

async function copyMarkdown(address: string) {
  try {
    const response = await fetch(address);
    if (!response.ok) throw new Error();
    await navigator.clipboard.writeText(await response.text());
    toast.success("Copied as Markdown");
  } catch {
    toast.error("That could not be copied. Download it instead.");
  }
}

/** The ways a checklist leaves the panel, as lines of a menu. */
export function ExportItems({ markdown, json, print }: ExportAddresses) {
  return (
    <>
      <DropdownMenuItem onSelect={() => copyMarkdown(markdown)}>
        <Copy aria-hidden /> Copy as Markdown
      </DropdownMenuItem>
      <DropdownMenuItem asChild>
        <a download href={markdown}>
          <FileText aria-hidden /> Download Markdown
        </a>
      </DropdownMenuItem>
      <DropdownMenuItem asChild>
        <a href={json} target="_blank" rel="noreferrer">
          <Braces aria-hidden /> Show JSON
        </a>
      </DropdownMenuItem>
      <DropdownMenuItem asChild>
        <Link href={print}>
          <Printer aria-hidden /> Print
        </Link>
      </DropdownMenuItem>
    </>
  );
}

export function ExportMenu(addresses: ExportAddresses) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <Download aria-hidden /> Export
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent>
        <ExportItems {...addresses} />
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
