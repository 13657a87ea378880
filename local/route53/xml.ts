import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";
import { malformedInput } from "./errors.ts";

const NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/";

/** An element read from a request: text, or children by name. */
export type XmlNode = string | { [name: string]: XmlNode | XmlNode[] };
/** What a response is built from; an array repeats its element, undefined leaves it out. */
export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true, removeNSPrefix: true });
const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@" });

/** The root element of a request body, which must carry the operation's own name. */
export function readXml(body: string, rootName: string): XmlNode {
  if (XMLValidator.validate(body) !== true)
    throw malformedInput("Unable to parse request: the body is not well-formed XML");
  const root = child(parser.parse(body) as XmlNode, rootName);
  if (root === undefined) throw malformedInput(`Request body is not valid, expected ${rootName}`);
  return root;
}

export function child(node: XmlNode | undefined, name: string): XmlNode | undefined {
  if (node === undefined || typeof node === "string") return undefined;
  const found = node[name];
  return Array.isArray(found) ? found[0] : found;
}

export function children(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === "string") return [];
  const found = node[name];
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found];
}

export function childText(node: XmlNode | undefined, name: string): string | undefined {
  const found = child(node, name);
  return typeof found === "string" ? found : undefined;
}

export function childNames(node: XmlNode | undefined): string[] {
  return node === undefined || typeof node === "string"
    ? []
    : Object.keys(node).filter((name) => !name.startsWith("#"));
}

export function writeXml(rootName: string, content: { [name: string]: XmlValue }): string {
  return `<?xml version="1.0"?>\n${builder.build({ [rootName]: { "@xmlns": NAMESPACE, ...content } })}`;
}
