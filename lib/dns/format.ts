const WORDS: Record<string, string> = {
  "records.create": "Created",
  "records.edit": "Changed",
  "records.delete": "Deleted",
  "records.expire": "Expired and taken out",
  "records.restore": "Restored",
  "records.renew": "Renewed",
  "records.adopt": "Kept what stands in Route 53",
  "records.putRight": "Allowed to be put right",
  "records.adoptForeign": "Taken over from Route 53 as it stands",
  "records.assign": "Given to another owner",
  "records.import": "Imported from a zone file",
};

const isContent = (value: unknown): value is { ttl: number; values: string[] } =>
  typeof value === "object" && value !== null && "values" in value && Array.isArray(value.values);

const writeContent = ({ ttl, values }: { ttl: number; values: string[] }) => `${values.join(", ")} (TTL ${ttl})`;

/** One line of a record's history: what was done, and from what to what. */
export function describeEvent(action: string, detail: unknown): string {
  const word = WORDS[action] ?? action;
  if (typeof detail !== "object" || detail === null) return word;
  const { before, after, expiresAt } = detail as Record<string, unknown>;
  if (isContent(before) && isContent(after)) return `${word}: ${writeContent(before)} → ${writeContent(after)}`;
  if (isContent(after)) return `${word}: ${writeContent(after)}`;
  if (action === "records.renew" && typeof expiresAt === "string") return `${word} until ${expiresAt.slice(0, 10)}`;
  return word;
}
