"use client";

import { Anchor } from "lucide-react";
import type { ReactNode } from "react";
import type { HomeView } from "#lib/services/types.ts";
import { useHome } from "../frame/use-home.ts";
import { useApprovals, type WaitingForMe } from "../releases/use-approvals.ts";
import { NewServiceButton } from "../services/new-service-button.tsx";
import { Card } from "../ui/card.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { HealthBand } from "./health-band.tsx";
import { MotionBand } from "./motion-band.tsx";
import { WaitingBand } from "./waiting-band.tsx";

interface HomeProps {
  initialData: HomeView;
  /** Left out for those whose word nothing waits for. */
  initialApprovals: WaitingForMe | undefined;
  mayCreate: boolean;
}

/** What needs the reader, what moves, what is true: in that order. */
export function Home({ initialData, initialApprovals, mayCreate }: HomeProps) {
  const { data = initialData } = useHome(initialData);
  const approvals = useApprovals(initialApprovals, initialApprovals !== undefined);
  return (
    <div className="grid grid-cols-1 gap-6">
      {mayCreate && isFirstVisit(data) ? <Welcome /> : null}
      <Band title="Waiting for you">
        <WaitingBand waiting={data.waiting} approvals={approvals} />
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

/** Nothing was ever begun here. */
const isFirstVisit = ({ waiting, inMotion, health: { services } }: HomeView) =>
  services.live + services.provisioning + services.failed + waiting.drafts.length + inMotion.length === 0;

function Welcome() {
  return (
    <Card>
      <EmptyState
        icon={Anchor}
        title="No services yet"
        action={<NewServiceButton>Provision your first service</NewServiceButton>}
      >
        Answer a few questions, look at the plan, press one button: containers, database, names, certificate and a first
        proven backup are made while you watch.
      </EmptyState>
    </Card>
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
