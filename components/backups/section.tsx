import type { ReactNode } from "react";
import { Card, CardBody, CardHeader } from "../ui/card.tsx";

interface SectionProps {
  title: string;
  note?: ReactNode;
  children: ReactNode;
}

/** One question of a long form: what, where, when… */
export function Section({ title, note, children }: SectionProps) {
  return (
    <Card>
      <CardHeader title={title} note={note} />
      <CardBody className="grid gap-4">{children}</CardBody>
    </Card>
  );
}
