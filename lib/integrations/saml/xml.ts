import { DOMParser } from "@xmldom/xmldom";
import { refuseResponse } from "./refusal.ts";

const MAX_DEPTH = 40;
const MAX_ELEMENTS = 4_000;
const [ELEMENT, TEXT, CDATA, PROCESSING_INSTRUCTION, COMMENT, DOCUMENT_TYPE] = [1, 3, 4, 7, 8, 10];

const malformed = (detail: string) =>
  refuseResponse("malformed", `The message is not the XML it should be: ${detail}.`);

/** Element children, of one name and namespace if given. */
export function childElements(parent: Node, namespace?: string, name?: string): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node; node = node.nextSibling)
    if (node.nodeType === ELEMENT) {
      const element = node as Element;
      if (name === undefined || (element.localName === name && element.namespaceURI === namespace)) found.push(element);
    }
  return found;
}

/** All elements at and below a node, in document order, without recursion: depth is the sender's choice. */
export function* allElements(root: Element): Generator<Element> {
  const stack: { element: Element; depth: number }[] = [{ element: root, depth: 1 }];
  for (let count = 1; ; count++) {
    const top = stack.pop();
    if (!top) return;
    if (count > MAX_ELEMENTS) throw malformed("it has too many elements");
    if (top.depth > MAX_DEPTH) throw malformed("it is nested too deeply");
    yield top.element;
    for (const child of childElements(top.element).reverse()) stack.push({ element: child, depth: top.depth + 1 });
  }
}

/**
 * The text of an element that holds nothing else, white space around it cut. A comment inside does not end it: canonical XML
 * has none, and where one still stands, or anything but text, the value is refused rather than guessed.
 */
export function readText(element: Element): string {
  let text = "";
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType !== TEXT && node.nodeType !== CDATA) throw malformed(`${element.localName} holds more than text`);
    text += node.nodeValue ?? "";
  }
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}

/** Whether anything but elements and text stands at or below: comments, CDATA sections, processing instructions. */
export function hasOddNodes(root: Element): boolean {
  for (const element of allElements(root))
    for (let node = element.firstChild; node; node = node.nextSibling)
      if (node.nodeType !== ELEMENT && node.nodeType !== TEXT) return true;
  return false;
}

/** Refuses, before any parser sees it, text that is more than one plain UTF-8 document without a type. */
function screenText(text: string): void {
  if (/^[\uFEFF\uFFFE]/.test(text) || text.includes("\0")) throw malformed("it is not plain UTF-8");
  const declaration = /^<\?xml\s[^>]*\?>/.exec(text)?.[0] ?? "";
  const encoding = /encoding\s*=\s*["']([^"']*)["']/i.exec(declaration)?.[1];
  if (encoding !== undefined && !/^utf-?8$/i.test(encoding))
    throw malformed(`it says its encoding is ${encoding.slice(0, 20)}`);
  // Only comments and CDATA may begin like this; a document type brings entities.
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw malformed("it has a document type");
  if (text.slice(declaration.length).includes("<?")) throw malformed("it has a processing instruction");
}

/** Parses a small, plain XML document; everything doubtful is an error, never a repair. */
export function parseXml(text: string): Element {
  screenText(text);
  const fail = (message: unknown) => {
    throw malformed(String(message).split("\n")[0]?.slice(0, 100) ?? "");
  };
  const document: Document = new DOMParser({
    locator: {},
    errorHandler: { warning: fail, error: fail, fatalError: fail },
  }).parseFromString(text, "text/xml");
  for (let node = document.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === DOCUMENT_TYPE) throw malformed("it has a document type");
    if (node.nodeType === TEXT && (node.nodeValue ?? "").trim() !== "") throw malformed("it has text outside its root");
    if (![ELEMENT, TEXT, COMMENT, PROCESSING_INSTRUCTION].includes(node.nodeType))
      throw malformed("it is not one document");
  }
  const roots = childElements(document);
  const [root] = roots;
  if (!root || roots.length !== 1) throw malformed("it has several roots or none");
  // Counts and measures once, so that nothing later meets a monster.
  for (const _ of allElements(root)) void _;
  return root;
}
