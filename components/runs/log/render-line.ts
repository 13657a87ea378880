import Anser from "anser";

/** A part of a line that looks the same throughout. */
export interface Piece {
  text: string;
  className: string;
}

const HUES = {
  black: "text-(--ansi-black)",
  red: "text-(--ansi-red)",
  green: "text-(--ansi-green)",
  yellow: "text-(--ansi-yellow)",
  blue: "text-(--ansi-blue)",
  magenta: "text-(--ansi-magenta)",
  cyan: "text-(--ansi-cyan)",
  white: "text-(--ansi-white)",
} as const;
type Hue = keyof typeof HUES;
const WHEEL: readonly Hue[] = ["red", "yellow", "green", "cyan", "blue", "magenta"];

const DECORATIONS: Record<string, string> = {
  bold: "font-semibold",
  dim: "opacity-80",
  italic: "italic",
  underline: "underline",
  strikethrough: "line-through",
};

const CONTROL = new RegExp(
  [
    // Colours, then other commands of a terminal.
    "\\u001b\\[[0-9;:]*m",
    "\\u001b\\[[0-?]*[ -/]*[@-~]",
    // Control characters but the tab.
    "[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]",
    // What turns the direction of text, or takes no room.
    "[\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060\\u2066-\\u2069\\ufeff]",
  ].join("|"),
  "g",
);

const NAMES: Record<number, string> = { 0: "NUL", 7: "BEL", 8: "BS", 27: "ESC", 127: "DEL" };

function showControl(found: string): string {
  // Colours stay for the parser; moves of a cursor that is not here go.
  if (found.startsWith("\u001b[")) return found.endsWith("m") ? found.replaceAll(":", ";") : "";
  const code = found.charCodeAt(0);
  // Names in place of the pictures of control characters, which few fonts have.
  return `⟨${NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`}⟩`;
}

/**
 * What a terminal would leave of the line, with everything visible that could deceive: titles and links of a terminal (OSC), other
 * control characters, and those that turn the direction of the text.
 */
export function cleanLine(text: string): string {
  const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
  return whole.slice(whole.lastIndexOf("\r") + 1).replace(CONTROL, showControl);
}

/** The nearest of the theme's eight colours: any other would not be readable in both themes. */
function nearestHue(r: number, g: number, b: number): Hue {
  const max = Math.max(r, g, b);
  const range = max - Math.min(r, g, b);
  if (range < 40) return max < 90 ? "black" : "white";
  const angle = max === r ? (g - b) / range : max === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  return WHEEL[(Math.round(angle) + 6) % 6] ?? "white";
}

function paletteHue(index: number): Hue {
  if (index >= 232) return index < 240 ? "black" : "white";
  const level = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const cube = index - 16;
  return nearestHue(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function hueOf(name: string | null, trueColour: string | null): Hue | undefined {
  if (!name) return undefined;
  if (name === "ansi-truecolor") {
    const [r = 0, g = 0, b = 0] = (trueColour ?? "").split(",").map(Number);
    return nearestHue(r, g, b);
  }
  const index = /^ansi-palette-(\d+)$/.exec(name)?.[1];
  if (index) return paletteHue(Number(index));
  const plain = name.replace(/^ansi-palette-/, "").replace(/^ansi-(bright-)?/, "");
  return plain in HUES ? (plain as Hue) : undefined;
}

/** A line as pieces with the classes of their colours. Never markup: whatever it holds is text. */
export function renderLine(text: string): Piece[] {
  const clean = cleanLine(text);
  if (!clean.includes("\u001b")) return [{ text: clean, className: "" }];
  return Anser.ansiToJson(clean, { json: true, use_classes: true, remove_empty: true }).map((entry) => {
    const hue = hueOf(entry.fg, entry.fg_truecolor);
    const classes = [
      hue ? HUES[hue] : "",
      // The parser turns reversed text itself. One quiet ground for all: the text on it stays readable.
      entry.bg ? "bg-hover" : "",
      ...entry.decorations.map((decoration) => DECORATIONS[decoration] ?? ""),
    ];
    return { text: entry.content, className: classes.filter(Boolean).join(" ") };
  });
}

/** The same pieces, cut so that what was looked for stands alone. */
export function markFound(pieces: readonly Piece[], wanted: string): (Piece & { found?: true })[] {
  const needle = wanted.toLowerCase();
  if (needle.trim() === "") return [...pieces];
  return pieces.flatMap(({ text, className }) => {
    const parts: (Piece & { found?: true })[] = [];
    const lower = text.toLowerCase();
    // Some letters change length in lower case; then nothing is marked rather than the wrong part.
    if (lower.length !== text.length) return [{ text, className }];
    let from = 0;
    for (let at = lower.indexOf(needle); at !== -1; at = lower.indexOf(needle, from)) {
      if (at > from) parts.push({ text: text.slice(from, at), className });
      from = at + needle.length;
      parts.push({ text: text.slice(at, from), className, found: true });
    }
    if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), className });
    return parts;
  });
}
