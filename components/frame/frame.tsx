import type { ReactNode } from "react";
import { PaletteProvider } from "./command-palette.tsx";
import { PhoneBar } from "./phone-bar.tsx";
import { RunsBar } from "./runs-bar.tsx";
import { Sidebar } from "./sidebar.tsx";
import type { Reader } from "./user-menu.tsx";
import { ViewBanner } from "./view-banner.tsx";

interface FrameProps {
  reader: Reader;
  children: ReactNode;
}

/** What stands around every page of a signed-in reader. */
export function Frame({ reader, children }: FrameProps) {
  return (
    <PaletteProvider roles={reader.roles}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the content
      </a>
      <div className="min-h-dvh lg:grid lg:grid-cols-[14rem_minmax(0,1fr)] print:block">
        <aside className="sticky top-0 hidden h-dvh border-line border-r lg:block print:hidden">
          <Sidebar reader={reader} />
        </aside>
        <div className="min-w-0">
          <div className="contents print:hidden">
            <PhoneBar reader={reader} />
            {reader.lookedThroughBy ? <ViewBanner name={reader.name} /> : null}
            <RunsBar />
          </div>
          <main id="main" tabIndex={-1} className="focus:outline-none">
            {children}
          </main>
        </div>
      </div>
    </PaletteProvider>
  );
}
