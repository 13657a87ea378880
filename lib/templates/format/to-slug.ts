/** The part of a key that is made from a title: small letters, digits and hyphens; `fallback` when none of its letters can be kept. */
export const toSlug = (title: string, { max, fallback }: { max: number; fallback: string }): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, max)
    .replace(/-+$/, "") || fallback;
