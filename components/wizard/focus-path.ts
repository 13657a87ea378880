const CONTROL =
  "input:not([disabled]), select, textarea, button[role=combobox], button[role=radio], button[role=checkbox]";

const elementAt = (root: HTMLElement | null, path: string) =>
  root?.querySelector<HTMLElement>(`[data-path="${CSS.escape(path)}"]`);

/** These paths in the order in which they stand on the page; what is not on it is left out. */
export function pathsInOrder(root: HTMLElement | null, paths: readonly string[]): string[] {
  const onPage = [...(root?.querySelectorAll("[data-path]") ?? [])].map((element) => element.getAttribute("data-path"));
  return onPage.filter((path): path is string => path !== null && paths.includes(path));
}

/** Brings a question into view and the keyboard to it, unfolding what hides it. */
export function focusPath(root: HTMLElement | null, path: string): void {
  const element = elementAt(root, path) ?? elementAt(root, path.split(".")[0] ?? path);
  if (!element) return;
  for (let up = element.closest("details"); up; up = up.parentElement?.closest("details") ?? null) up.open = true;
  const control = element.querySelector<HTMLElement>(CONTROL) ?? element.querySelector<HTMLElement>("button");
  control?.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
}
