/** "pad-notes: database" or "Seaworthy itself: panel". */
export const nameData = ({ service, name }: { service: { name: string } | null; name: string }): string =>
  `${service?.name ?? "Seaworthy itself"}: ${name}`;
