import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Providers } from "#components/frame/providers.tsx";
import { REQUEST_ID_HEADER } from "#lib/api/request-id.ts";
import { PATH_HEADER } from "#lib/api/request-path.ts";
import { mono, sans } from "./fonts.ts";
import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Seaworthy", template: "%s · Seaworthy" },
  description: "From a checklist to production, and kept true afterwards.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#ffffff" },
    { media: "(prefers-color-scheme: dark)", color: "#101416" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const given = await headers();
  const nonce = given.get("x-nonce") ?? undefined;
  return (
    // The theme's class is set before React wakes up, so the two differ here and only here.
    <html
      lang="en"
      suppressHydrationWarning
      className={`${sans.variable} ${mono.variable}`}
      // For error pages, which are drawn in the browser: the request that brought this document, and what it asked for.
      data-request={given.get(REQUEST_ID_HEADER)}
      data-path={given.get(PATH_HEADER)}
    >
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  );
}
