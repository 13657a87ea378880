import { Download } from "lucide-react";
import { SubHeader } from "../releases/sub-header.tsx";
import { PrintButton } from "../templates/print-button.tsx";
import { Button } from "../ui/button.tsx";
import { Card, CardBody } from "../ui/card.tsx";
import { CopyButton } from "../ui/copy-button.tsx";

/** The page as it is handed on: what is copied, printed and downloaded is the same. */
export function RebuildPage({ serviceName, markdown }: { serviceName: string; markdown: string }) {
  return (
    <>
      <div className="print:hidden">
        <SubHeader
          title={`How to rebuild ${serviceName}`}
          back={{ href: `/services/${serviceName}/readiness`, label: "Readiness" }}
          note="All that the panel and people know of it, on one page. Values of secrets are not on it."
          actions={
            <>
              <PrintButton />
              <Button asChild>
                <a href={`/api/v1/services/${serviceName}/rebuild.md`} download>
                  <Download aria-hidden className="size-4" /> Download as Markdown
                </a>
              </Button>
              <CopyButton text={markdown} label="Copy the page as Markdown" />
            </>
          }
        />
      </div>
      <Card className="print:border-0">
        <CardBody className="print:p-0">
          <pre className="whitespace-pre-wrap break-words font-mono text-sm">{markdown}</pre>
        </CardBody>
      </Card>
    </>
  );
}
