/** "notes.a.b" is the collection a.b of notes. */
export function splitNamespace(namespace: string): [string, string] {
  const dot = namespace.indexOf(".");
  return [namespace.slice(0, dot), namespace.slice(dot + 1)];
}

/** How mongorestore picks and renames collections by patterns: `*` stands for anything, as little of it as fits; `\*` for itself. */
function toExpression(pattern: string): RegExp {
  const pieces = pattern.match(/\\[\s\S]?|\*|[^\\*]+/g) ?? [];
  const parts = pieces.map((piece) => (piece === "*" ? "([\\s\\S]*?)" : RegExp.escape(piece.replace(/^\\/, ""))));
  return new RegExp(`^${parts.join("")}$`);
}

export function createMatcher(patterns: readonly string[]): (namespace: string) => boolean {
  const expressions = patterns.map(toExpression);
  return (namespace) => expressions.some((one) => one.test(namespace));
}

export function createRenamer(from: readonly string[], to: readonly string[]): (namespace: string) => string {
  if (from.length !== to.length)
    throw new Error("--nsFrom and --nsTo arguments must be specified an equal number of times");
  const rules = from.map((pattern, at) => ({ expression: toExpression(pattern), parts: (to[at] ?? "").split("*") }));
  return (namespace) => {
    for (const { expression, parts } of rules) {
      const found = expression.exec(namespace);
      if (found) return parts.map((part, at) => `${at === 0 ? "" : (found[at] ?? "")}${part}`).join("");
    }
    return namespace;
  };
}
