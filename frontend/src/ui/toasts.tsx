/** Short notices in the corner: what was done, what went wrong, and what can be done about it. */
import { ActionIcon, Button, Portal } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { announce } from "#/ui/announcer";
import { Icon, type IconName } from "#/ui/Icon";
import classes from "#/ui/toasts.module.css";

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  /** A later toast with the same id takes the earlier one's place. */
  readonly id: string;
  readonly title: string;
  readonly text?: string;
  readonly icon?: IconName;
  readonly tone?: "plain" | "error";
  readonly actions?: readonly ToastAction[];
  /** Milliseconds until it leaves by itself, drawn as a shrinking line where `counts`. */
  readonly lasts?: number;
  readonly counts?: boolean;
}

let toasts: readonly Toast[] = [];
const timers = new Map<string, ReturnType<typeof setTimeout>>();
const listeners = new Set<() => void>();

function publish(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Shows `toast` and has it read aloud. Without `lasts` it stays until it is closed. */
export function showToast(toast: Toast): void {
  clearTimeout(timers.get(toast.id));
  publish([...toasts.filter(({ id }) => id !== toast.id), toast]);
  announce([toast.title, toast.text].filter(Boolean).join(" "));
  if (toast.lasts !== undefined) {
    timers.set(
      toast.id,
      setTimeout(() => closeToast(toast.id), toast.lasts),
    );
  }
}

export function closeToast(id: string): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  if (toasts.some((toast) => toast.id === id)) publish(toasts.filter((toast) => toast.id !== id));
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The corner itself: once per page. */
export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <Portal>
      <section className={classes.corner} aria-label="Notices">
        {shown.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
      </section>
    </Portal>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, title, text, icon, tone = "plain", actions = [], lasts, counts } = toast;
  return (
    <div className={classes.toast} data-tone={tone}>
      {icon && <Icon name={icon} size={20} />}
      <div className={classes.words}>
        <div className={classes.title}>{title}</div>
        {text && <div className={classes.text}>{text}</div>}
      </div>
      {actions.map(({ label, run }) => (
        <Button
          key={label}
          size="compact-sm"
          variant="light"
          onClick={() => {
            closeToast(id);
            run();
          }}
        >
          {label}
        </Button>
      ))}
      {!counts && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label="Close notice"
          onClick={() => closeToast(id)}
        >
          <Icon name="close" size={16} />
        </ActionIcon>
      )}
      {counts && lasts && (
        <span className={classes.time} style={{ animationDuration: `${lasts}ms` }} />
      )}
    </div>
  );
}
