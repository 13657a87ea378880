import { countDaysLeft } from "#lib/certificates/format.ts";
import { plural } from "#lib/platform/format.ts";
import type { ServiceSummary } from "../types.ts";

/** `2026-11-21 02:10 UTC`: people in any time zone read it alike. */
export const formatUtc = (date: Date): string => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;

export const indent = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join("\n");

/** `pad_app: 2 of 2 tasks on node-1, node-2`. */
export const describeRunning = ({ name, running, desired, nodes }: ServiceSummary["running"][number]): string =>
  `${name}: ${running} of ${plural(desired, "task")}${nodes.length > 0 ? ` on ${nodes.join(", ")}` : ""}`;

export const describeCertificate = (certificate: ServiceSummary["certificates"][number], now: Date): string =>
  `${certificate.names.join(", ")}: ${certificate.issuer}, valid until ${formatUtc(certificate.notAfter)} (${plural(countDaysLeft(certificate.notAfter, now), "day")})`;

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

/** The same text for readers that show HTML: paragraphs, line breaks, links; everything else is escaped. */
export function toHtml(text: string): string {
  const paragraphs = text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => {
      const linked = escapeHtml(paragraph).replace(
        /https?:\/\/[^\s&]+(?:&#38;[^\s&]+)*/g,
        (url) => `<a href="${url}">${url}</a>`,
      );
      return `<p>${linked.replaceAll("\n", "<br>\n")}</p>`;
    });
  return `<!doctype html>\n<html lang="en"><body style="font-family: system-ui, sans-serif; line-height: 1.5">\n${paragraphs.join("\n")}\n</body></html>\n`;
}
