import { StateBadge } from "../ui/state-badge.tsx";

/** A certificate is renewed with a third of its life left; below that somebody should look. */
export function DaysLeft({ days, life = 90 }: { days: number; life?: number }) {
  if (days < 0) return <StateBadge plain state="failed" word={`Expired ${-days} d ago`} />;
  if (days <= 7) return <StateBadge plain state="failed" word={`${days} days left`} />;
  if (days < life / 4) return <StateBadge plain alert state="person" word={`${days} days left`} />;
  return <StateBadge plain state="done" word={`${days} days left`} />;
}
