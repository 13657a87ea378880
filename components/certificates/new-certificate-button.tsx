import { Plus } from "lucide-react";
import Link from "next/link";
import { Button } from "../ui/button.tsx";

export const NewCertificateButton = () => (
  <Button asChild variant="primary">
    <Link href="/domains/certificates/new">
      <Plus aria-hidden /> New certificate
    </Link>
  </Button>
);
