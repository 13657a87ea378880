import { splitImage } from "../swarm/task-rows.tsx";
import { cn } from "../ui/cn.ts";
import { MonoId } from "../ui/mono-id.tsx";

interface ImageLineProps {
  /** `repo:tag@sha256:…` */
  image: string;
  className?: string;
}

/** An image by name and tag, its digest beside it, shortened and copied whole. */
export function ImageLine({ image, className }: ImageLineProps) {
  const { name, digest } = splitImage(image);
  return (
    <span className={cn("flex min-w-0 flex-wrap items-center gap-x-2", className)}>
      <code className="min-w-0 [overflow-wrap:anywhere]">{name}</code>
      {digest ? <MonoId value={digest} what="digest" className="text-muted" /> : null}
    </span>
  );
}
