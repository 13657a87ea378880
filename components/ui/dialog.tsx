"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

interface DialogContentProps extends Omit<ComponentProps<typeof Radix.Content>, "title"> {
  title: ReactNode;
  /** Read out with the title. */
  description?: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
}

export function DialogContent({ title, description, footer, className, children, ...props }: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-scrim" />
      <Radix.Content
        {...(description ? {} : { "aria-describedby": undefined })}
        {...props}
        className={cn(
          "fixed inset-x-3 top-[12vh] z-50 mx-auto flex max-h-[80vh] max-w-lg animate-rise flex-col rounded-lg border border-line bg-raised shadow-2xl focus:outline-none",
          className,
        )}
      >
        <div className="flex items-start gap-3 px-4 pt-4">
          <div className="min-w-0 flex-1">
            <Radix.Title className="break-words font-semibold text-lg">{title}</Radix.Title>
            {description ? <Radix.Description className="mt-1 text-muted">{description}</Radix.Description> : null}
          </div>
          <Radix.Close asChild>
            <Button variant="ghost" size="icon-sm" aria-label="Close">
              <X aria-hidden />
            </Button>
          </Radix.Close>
        </div>
        <div className="min-h-0 flex-1 overflow-y-auto px-4 py-4">{children}</div>
        {footer ? (
          <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{footer}</div>
        ) : null}
      </Radix.Content>
    </Radix.Portal>
  );
}
