import type { ReactNode } from "react";
import { QUEUES } from "#lib/platform/config/settings.ts";

export const metadata = { title: "Seaworthy" };

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body data-q={QUEUES.length}>{children}</body>
    </html>
  );
}
