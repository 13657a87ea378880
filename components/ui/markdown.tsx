import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import { Fragment, type ReactNode } from "react";
import { isTooDeep } from "#lib/templates/format/markdown-depth.ts";
import { cn } from "./cn.ts";

type Nodes = ReturnType<typeof fromMarkdown>["children"][number];
type List = Extract<Nodes, { type: "list" }>;
type ListItem = Extract<Nodes, { type: "listItem" }>;

/** Only what leads to a page: never a script, never a file of this machine. */
const isSafe = (url: string) => /^(https?:|mailto:|\/(?!\/)|#)/i.test(url);

const placeOf = (node: Nodes) => String(node.position?.start.offset ?? 0);
const drawAll = (nodes: readonly Nodes[]): ReactNode =>
  nodes.map((node) => <Fragment key={placeOf(node)}>{draw(node)}</Fragment>);

function drawList(list: List): ReactNode {
  const items = list.children.map((item) => <li key={placeOf(item)}>{drawItem(item)}</li>);
  const style = "grid list-outside gap-1 pl-5";
  return list.ordered ? (
    <ol start={list.start ?? 1} className={cn(style, "list-decimal")}>
      {items}
    </ol>
  ) : (
    <ul className={cn(style, list.children.some((item) => item.checked != null) ? "list-none pl-1" : "list-disc")}>
      {items}
    </ul>
  );
}

function drawItem(item: ListItem): ReactNode {
  const [first, ...rest] = item.children;
  // A list's lines stand close: its paragraphs are no blocks of their own.
  const body = first?.type === "paragraph" ? [drawAll(first.children), drawAll(rest)] : [drawAll(item.children)];
  const mark = item.checked == null ? null : item.checked ? "☑ " : "☐ ";
  return (
    <>
      {mark}
      {body[0]}
      {body[1]}
    </>
  );
}

function draw(node: Nodes): ReactNode {
  switch (node.type) {
    case "text":
      return node.value;
    case "paragraph":
      return <p className="whitespace-pre-line">{drawAll(node.children)}</p>;
    case "heading":
      return <p className="font-semibold">{drawAll(node.children)}</p>;
    case "emphasis":
      return <em>{drawAll(node.children)}</em>;
    case "strong":
      return <strong>{drawAll(node.children)}</strong>;
    case "inlineCode":
      return <code className="break-all rounded-sm bg-sunken px-1 font-mono text-sm">{node.value}</code>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm">
          {node.value}
        </pre>
      );
    case "blockquote":
      return <blockquote className="border-line border-l-2 pl-3 text-muted">{drawAll(node.children)}</blockquote>;
    case "list":
      return drawList(node);
    case "link":
      return isSafe(node.url) ? (
        <a
          href={node.url}
          rel="noreferrer"
          target={node.url.startsWith("http") ? "_blank" : undefined}
          className="break-words text-accent underline underline-offset-4"
        >
          {drawAll(node.children)}
        </a>
      ) : (
        drawAll(node.children)
      );
    case "break":
      return <br />;
    case "thematicBreak":
      return <hr className="border-line" />;
    // Markup and pictures are shown as what was written.
    case "html":
      return node.value;
    case "image":
      return node.alt ?? node.url;
    default:
      return "children" in node ? drawAll(node.children) : null;
  }
}

/** Markdown that people of this organisation wrote: paragraphs, lists, code, links. No markup of its own gets through. */
export function Markdown({ text, className }: { text: string; className?: string }) {
  if (isTooDeep(text)) return <p className={cn("whitespace-pre-line break-words", className)}>{text}</p>;
  const tree = fromMarkdown(text, {
    extensions: [gfmTaskListItem()],
    mdastExtensions: [gfmTaskListItemFromMarkdown()],
  });
  return <div className={cn("grid gap-2 break-words", className)}>{drawAll(tree.children)}</div>;
}
