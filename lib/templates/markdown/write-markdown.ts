import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTaskListItemToMarkdown } from "mdast-util-gfm-task-list-item";
import { type Options, toMarkdown } from "mdast-util-to-markdown";
import { isTooDeep } from "../format/markdown-depth.ts";
import type { ExportedChecklist, ExportedItem } from "../schema/export.ts";

type Root = ReturnType<typeof fromMarkdown>;
type Block = Root["children"][number];
type ListItem = Extract<Block, { type: "listItem" }>;

const paragraph = (value: string): Block => ({ type: "paragraph", children: [{ type: "text", value }] });
const bulletList = (children: ListItem[]): Block => ({ type: "list", ordered: false, spread: false, children });
const bullet = (value: string, checked: boolean | null, below: Block[] = []): ListItem => ({
  ...{ type: "listItem", checked, spread: false },
  children: [paragraph(value), ...below] as ListItem["children"],
});

/** On one line: what follows a line break would be another block. */
const oneLine = (text: string) => text.replace(/\s+/g, " ").trim();

/** What the panel's own checklists were given may lie deep: then it is text and no lists. */
function toInstructions(text: string): Block[] {
  if (text.trim() === "") return [];
  return isTooDeep(text) ? [paragraph(text)] : (fromMarkdown(text).children as Block[]);
}

function toListItem(item: ExportedItem): ListItem {
  const facts = [...(item.reason === null ? [] : [`${item.state}: ${item.reason}`]), ...item.facts];
  const nested = [...facts.map((fact) => bullet(oneLine(fact), null)), ...item.items.map(toListItem)];
  return bullet(oneLine(item.title), item.done, [
    ...toInstructions(item.instructions),
    ...(nested.length > 0 ? [bulletList(nested)] : []),
  ]);
}

/** Every answer below the name of its group. */
function toAnswers({ answers }: ExportedChecklist): Block[] {
  if (answers.length === 0) return [];
  const groups = [...new Set(answers.map(({ group }) => group))];
  return [
    { type: "heading", depth: 2, children: [{ type: "text", value: "Answers" }] },
    bulletList(
      groups.map((group) =>
        bullet(group, null, [
          bulletList(
            answers
              .filter((one) => one.group === group)
              .map(({ question, answer }) => bullet(oneLine(`${question} ${answer}`), null)),
          ),
        ]),
      ),
    ),
  ];
}

const OPTIONS: Options = {
  bullet: "-",
  emphasis: "_",
  listItemIndent: "one",
  rule: "-",
  extensions: [gfmTaskListItemToMarkdown()],
};

/** A checklist as nested `- [ ]`, to be pasted into a task manager. */
export function writeMarkdown(checklist: ExportedChecklist): string {
  const children: Block[] = [
    { type: "heading", depth: 1, children: [{ type: "text", value: oneLine(checklist.title) }] },
    ...checklist.facts.map(({ name, value }) => paragraph(oneLine(`${name}: ${value}`))),
    ...(checklist.items.length > 0 ? [bulletList(checklist.items.map(toListItem))] : []),
    ...toAnswers(checklist),
  ];
  return toMarkdown({ type: "root", children }, OPTIONS);
}
