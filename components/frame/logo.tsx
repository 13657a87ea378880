/** A hull on its waterline. */
export function Logo({ className = "size-5" }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" fill="none" className={className}>
      <path d="M12 3v9M12 3l6 8h-6" stroke="currentColor" strokeWidth="1.8" strokeLinejoin="round" />
      <path d="M3.5 14.5h17l-2.4 4.2a2 2 0 0 1-1.7 1H7.6a2 2 0 0 1-1.7-1z" fill="currentColor" />
    </svg>
  );
}
