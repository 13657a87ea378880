import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { toString as textOf } from "mdast-util-to-string";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { invalid } from "#lib/platform/errors.ts";
import { ITEMS_MAX, OWN_ITEM } from "../constants.ts";
import { isTooDeep, TOO_DEEP } from "../format/markdown-depth.ts";
import { isTooMuch, TOO_MUCH } from "../format/markdown-size.ts";
import { toSlug } from "../format/to-slug.ts";
import { type TemplateContentInput, templateContentSchema } from "../schema/content.ts";
import type { ReadMarkdown } from "../types.ts";

type Root = ReturnType<typeof fromMarkdown>;
type Block = Root["children"][number];
type ListItem = Extract<Block, { type: "listItem" }>;

const TITLE_MAX = 200;
const INSTRUCTIONS_MAX = 10_000;
/** Signs that web pages and task managers put where Markdown has a dash and a box. */
const toDashes = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nobody sees them, and nothing takes them
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "")
    .replace(/^(\s*)[•◦▪‣●○■□–](?=\s)/gm, "$1-")
    .replace(
      /^(\s*(?:[-*+]\s+)?)[☐❏](?=\s)/gm,
      (_, before: string) => `${before.includes("-") ? before : `${before}- `}[ ]`,
    )
    .replace(
      /^(\s*(?:[-*+]\s+)?)[☑☒✓✔](?=\s)/gm,
      (_, before: string) => `${before.includes("-") ? before : `${before}- `}[x]`,
    );

const hasBox = (blocks: readonly Block[]): boolean =>
  blocks.some(
    (block) =>
      block.type === "list" &&
      block.children.some((item) => typeof item.checked === "boolean" || hasBox(item.children as Block[])),
  );

class Reader {
  readonly items: TemplateContentInput["items"] = [];
  readonly leftOut: string[] = [];
  readonly #source: string;
  /** Where some have a box, a line without one is a remark, not an item. */
  readonly #boxes: boolean;
  readonly #keys = new Set<string>();

  constructor(source: string, boxes: boolean) {
    this.#source = source;
    this.#boxes = boxes;
  }

  #sourceOf(block: Block): string {
    const { start, end } = block.position ?? { start: { offset: 0, column: 1 }, end: { offset: 0 } };
    const indent = " ".repeat(start.column - 1);
    return this.#source
      .slice(start.offset, end.offset)
      .split("\n")
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line.trimStart()))
      .join("\n");
  }

  #freeKey(title: string): string {
    const slug = `${OWN_ITEM}${toSlug(title, { max: 40, fallback: "item" })}`;
    let key = slug;
    for (let number = 2; this.#keys.has(key); number++) key = `${slug}-${number}`;
    this.#keys.add(key);
    return key;
  }

  #isItem = (item: ListItem) => !this.#boxes || typeof item.checked === "boolean" || hasBox(item.children as Block[]);

  #readItem(item: ListItem, under: string | null): void {
    const [first, ...rest] = item.children as Block[];
    const title = first?.type === "paragraph" ? textOf(first).replace(/\s+/g, " ").trim() : "";
    const below = title === "" ? (item.children as Block[]) : rest;
    if (title === "") {
      // A line without words holds nothing but what is below it.
      this.read(below, under);
      return;
    }
    const key = this.#freeKey(title);
    const said: string[] = title.length > TITLE_MAX ? [title] : [];
    const own = {
      ...{ kind: "own" as const, key, under },
      title: title.length > TITLE_MAX ? `${title.slice(0, TITLE_MAX - 1)}…` : title,
      instructions: "",
    };
    this.items.push(own);
    for (const block of below) {
      if (block.type !== "list") said.push(this.#sourceOf(block));
      else
        for (const one of block.children)
          if (this.#isItem(one)) this.#readItem(one, key);
          else said.push(this.#sourceOf(one));
    }
    own.instructions = said.join("\n\n").slice(0, INSTRUCTIONS_MAX);
  }

  read(blocks: readonly Block[], under: string | null): void {
    for (const block of blocks) {
      if (block.type === "list")
        for (const item of block.children)
          if (this.#isItem(item)) this.#readItem(item, under);
          else this.leftOut.push(textOf(item));
      else if (textOf(block).trim() !== "") this.leftOut.push(textOf(block));
    }
  }
}

/**
 * A list in Markdown as items of one's own: what is nested is a part of what it is nested in, and done after it. Lists copied
 * from web pages and task managers are read too.
 */
export function readMarkdown(markdown: string): ReadMarkdown {
  if (isTooMuch(markdown)) throw invalid({ markdown: TOO_MUCH });
  const source = toDashes(markdown.replaceAll("\r\n", "\n").replaceAll("\t", "    "));
  if (isTooDeep(source)) throw invalid({ markdown: TOO_DEEP });
  const { children } = fromMarkdown(source, {
    extensions: [gfmTaskListItem()],
    mdastExtensions: [gfmTaskListItemFromMarkdown()],
  });
  const [first] = children;
  const title = first?.type === "heading" ? textOf(first).trim().slice(0, TITLE_MAX) : null;
  const reader = new Reader(source, hasBox(children));
  reader.read(title === null ? children : children.slice(1), null);
  const items = reader.items.slice(0, ITEMS_MAX);
  const tooMany = reader.items.slice(ITEMS_MAX).map((item) => (item.kind === "own" ? item.title : item.key));
  return { title, content: templateContentSchema.parse({ items }), leftOut: [...reader.leftOut, ...tooMany] };
}
