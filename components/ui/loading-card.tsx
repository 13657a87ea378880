import { Card } from "./card.tsx";
import { SkeletonRows } from "./skeleton.tsx";

/** Where a list will be. */
export function LoadingCard({ label }: { label: string }) {
  return (
    <Card>
      <SkeletonRows rows={10} label={label} />
    </Card>
  );
}
