"use client";

import { setNonce } from "get-nonce";
import { ThemeProvider, useTheme } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { Toaster, type ToasterProps } from "sonner";
import { QueryProvider } from "../query-provider.tsx";
import { TooltipProvider } from "../ui/tooltip.tsx";
import "sonner/dist/styles.css";

/** What every page stands in: theme, live data, address bar, tooltips, toasts. */
export function Providers({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  // The scroll lock of dialogs writes a style element; the page's policy wants the nonce on it.
  if (nonce) setNonce(nonce);
  return (
    <ThemeProvider attribute="class" defaultTheme="system" disableTransitionOnChange {...(nonce ? { nonce } : {})}>
      <QueryProvider>
        <NuqsAdapter>
          <TooltipProvider delayDuration={300}>{children}</TooltipProvider>
        </NuqsAdapter>
      </QueryProvider>
      <Toasts />
    </ThemeProvider>
  );
}

function Toasts() {
  const { theme } = useTheme();
  return (
    <Toaster
      theme={theme as ToasterProps["theme"]}
      position="bottom-right"
      toastOptions={{ className: "!rounded-lg !border-line !bg-raised !font-sans !text-base !text-ink !shadow-lg" }}
    />
  );
}
