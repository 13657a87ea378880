/** The address a press of the mouse would lead to within the panel, unless it opens elsewhere. */
export function leadsTo(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.target === "_blank" || link.origin !== window.location.origin) return undefined;
  return link.pathname + link.search + link.hash;
}
