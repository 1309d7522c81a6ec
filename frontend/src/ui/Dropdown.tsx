/**
 * A panel that a button opens above the page: a menu, or a small dialog.
 *
 * The browser's own popover does the hard part: it stands above everything, closes on Escape and on
 * a click elsewhere, and gives the focus back. That leaves the place and the arrow keys.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  type ToggleEvent,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import classes from "#/ui/Dropdown.module.css";

interface DropdownButtonProps {
  ref: Ref<HTMLButtonElement>;
  popoverTarget: string;
  "aria-haspopup": "menu" | "dialog";
  "aria-expanded": boolean;
}

interface DropdownProps {
  role: "menu" | "dialog";
  /** The panel's name. */
  label: string;
  /** Which edge of the button it keeps to. */
  align?: "start" | "end";
  initiallyOpen?: boolean;
  onClose?: () => void;
  /** The button; it must take all the props given. */
  button: (props: DropdownButtonProps) => ReactNode;
  children: (close: () => void) => ReactNode;
}

const GAP_PX = 4;
const MARGIN_PX = 8;

export function Dropdown(props: DropdownProps) {
  const { role, label, align = "start", initiallyOpen, onClose, button, children } = props;
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => panel.current?.hidePopover(), []);

  useEffect(() => {
    if (initiallyOpen) panel.current?.showPopover();
  }, [initiallyOpen]);

  useLayoutEffect(() => {
    if (!open) return;
    const place = () => putBeside(panel.current, anchor.current, align);
    place();
    firstStop(panel.current)?.focus({ preventScroll: true });
    const observer = new ResizeObserver(place);
    if (panel.current) observer.observe(panel.current);
    window.addEventListener("scroll", place, { capture: true, passive: true });
    window.addEventListener("resize", place);
    return () => {
      observer.disconnect();
      window.removeEventListener("scroll", place, { capture: true });
      window.removeEventListener("resize", place);
    };
  }, [open, align]);

  function onToggle(event: ToggleEvent<HTMLDivElement>) {
    // A popover inside the panel tells its own story.
    if (event.target !== panel.current) return;
    const opened = event.newState === "open";
    setOpen(opened);
    if (!opened) onClose?.();
  }

  return (
    <>
      {button({
        ref: anchor,
        popoverTarget: id,
        "aria-haspopup": role,
        "aria-expanded": open,
      })}
      <div
        ref={panel}
        id={id}
        role={role}
        aria-label={label}
        popover="auto"
        className={classes.panel}
        onToggle={onToggle}
        onKeyDown={role === "menu" ? (event) => moveInMenu(event, close) : undefined}
      >
        {open && children(close)}
      </div>
    </>
  );
}

interface MenuItemProps {
  onClick: () => void;
  children: ReactNode;
}

/** One thing to do, in a Dropdown of the role `menu`. */
export function MenuItem({ onClick, children }: MenuItemProps) {
  return (
    <button type="button" role="menuitem" tabIndex={-1} className={classes.item} onClick={onClick}>
      {children}
    </button>
  );
}

/** What the items below it have in common. */
export function MenuLabel({ children }: { children: ReactNode }) {
  return <div className={classes.label}>{children}</div>;
}

function moveInMenu(event: KeyboardEvent<HTMLElement>, close: () => void) {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[event.key];
  if (target !== undefined) {
    event.preventDefault();
    items[target]?.focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    close();
  }
}

function firstStop(panel: HTMLElement | null): HTMLElement | null {
  if (!panel) return null;
  return (
    panel.querySelector<HTMLElement>("[data-autofocus]") ??
    panel.querySelector<HTMLElement>('[role="menuitem"], button, input, select, a[href]')
  );
}

/** Below the button, or above where there is no room; always within the window. */
function putBeside(panel: HTMLElement | null, anchor: HTMLElement | null, align: "start" | "end") {
  if (!panel || !anchor) return;
  const button = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const wanted = align === "start" ? button.left : button.right - width;
  const rightmost = document.documentElement.clientWidth - width - MARGIN_PX;
  const below = button.bottom + GAP_PX;
  const above = button.top - GAP_PX - height;
  const fitsBelow = below + height <= window.innerHeight - MARGIN_PX;
  panel.style.left = `${Math.max(MARGIN_PX, Math.min(wanted, rightmost))}px`;
  panel.style.top = `${fitsBelow || above < MARGIN_PX ? below : above}px`;
}
