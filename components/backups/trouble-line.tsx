/** Why a backup failed or is unusual, cut to a few lines: more of them on a phone, where each is short. */
export function TroubleLine({ tone, children }: { tone: "failed" | "person"; children: string }) {
  return (
    <span
      className={`line-clamp-4 break-words text-xs sm:line-clamp-2 ${tone === "failed" ? "text-failed" : "text-person"}`}
      title={children}
    >
      {children}
    </span>
  );
}
