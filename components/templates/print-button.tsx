"use client";

import { Printer } from "lucide-react";
import { Button } from "../ui/button.tsx";

/** On paper it is not there. */
export function PrintButton() {
  return (
    <Button variant="primary" className="print:hidden" onClick={() => window.print()}>
      <Printer aria-hidden /> Print
    </Button>
  );
}
