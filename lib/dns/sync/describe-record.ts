interface Described {
  name: string;
  type: string;
  ttl: number | null;
  values: readonly string[];
  alias?: string | null;
}

/** `A pad.example.org → 203.0.113.9 (TTL 300)`. */
export function describeRecord({ name, type, ttl, values, alias }: Described): string {
  const target = alias ? `alias of ${alias}` : values.join(", ");
  return `${type} ${name} → ${target}${ttl === null ? "" : ` (TTL ${ttl})`}`;
}
