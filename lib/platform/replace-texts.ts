/** Above this much text a pattern of all alternatives becomes slow, and then one the engine refuses to compile. */
const MAX_PATTERN = 16 * 1024;

/**
 * Replaces every one of these texts by the mark, the longest where several begin. For any amount of them: a file of many lines
 * is as many texts. None may be shorter than `shortest`.
 */
export function createReplacer(texts: Iterable<string>, mark: string, shortest: number): (text: string) => string {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length);
  if (longestFirst.reduce((sum, text) => sum + text.length, 0) <= MAX_PATTERN) {
    const pattern = new RegExp(longestFirst.map((text) => RegExp.escape(text)).join("|"), "g");
    return (text) => text.replace(pattern, mark);
  }
  const byBeginning = Map.groupBy(longestFirst, (text) => text.slice(0, shortest));
  return (text) => {
    let replaced = "";
    let from = 0;
    for (let at = 0; at + shortest <= text.length; ) {
      const found = byBeginning.get(text.slice(at, at + shortest))?.find((one) => text.startsWith(one, at));
      if (found === undefined) {
        at++;
        continue;
      }
      replaced += text.slice(from, at) + mark;
      at += found.length;
      from = at;
    }
    return replaced + text.slice(from);
  };
}
