"use client";

import type { ReactNode } from "react";
import type { HomeView } from "#lib/services/types.ts";
import { useHome } from "../frame/use-home.ts";
import { HealthBand } from "./health-band.tsx";
import { MotionBand } from "./motion-band.tsx";
import { WaitingBand } from "./waiting-band.tsx";

/** What needs the reader, what moves, what is true: in that order. */
export function Home({ initialData }: { initialData: HomeView }) {
  const { data = initialData } = useHome(initialData);
  return (
    <div className="grid grid-cols-1 gap-6">
      <Band title="Waiting for you">
        <WaitingBand waiting={data.waiting} />
      </Band>
      <Band title="In motion">
        <MotionBand runs={data.inMotion} />
      </Band>
      <Band title="Health">
        <HealthBand health={data.health} />
      </Band>
    </div>
  );
}

function Band({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="grid grid-cols-1 gap-2">
      <h2 className="font-medium text-muted text-sm">{title}</h2>
      {children}
    </section>
  );
}
