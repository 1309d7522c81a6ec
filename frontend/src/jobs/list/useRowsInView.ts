/**
 * Which rows of a long table are in the window. All rows are equally high, so where each one stands
 * is a multiplication, and a component renders again only when another row comes into view.
 */
import { type RefObject, useCallback, useSyncExternalStore } from "react";

interface RowsInView {
  readonly first: number;
  /** The last row in view, at least partly. */
  readonly last: number;
  /** Brings that row into view with the least scrolling. */
  readonly scrollTo: (index: number) => void;
}

/** Pixels at the top of the window that the table's own heading covers. */
const COVERED_PX = 40;

export function useRowsInView(
  body: RefObject<HTMLElement | null>,
  count: number,
  height: number,
): RowsInView {
  const snapshot = useCallback(() => {
    const top = body.current?.getBoundingClientRect().top ?? 0;
    const first = Math.max(0, Math.floor(-top / height));
    const last = Math.max(0, Math.ceil((window.innerHeight - top) / height) - 1);
    return `${first}:${last}`;
  }, [body, height]);

  const [first = 0, last = 0] = useSyncExternalStore(subscribe, snapshot).split(":").map(Number);

  const scrollTo = useCallback(
    (index: number) => {
      const top = (body.current?.getBoundingClientRect().top ?? 0) + index * height;
      const bottom = top + height;
      if (top < COVERED_PX) window.scrollBy({ top: top - COVERED_PX });
      else if (bottom > window.innerHeight) window.scrollBy({ top: bottom - window.innerHeight });
    },
    [body, height],
  );

  const end = Math.max(0, count - 1);
  return { first: Math.min(first, end), last: Math.min(last, end), scrollTo };
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("scroll", listener, { passive: true });
  window.addEventListener("resize", listener);
  // What stands above the table opens and closes.
  const observer = new ResizeObserver(listener);
  observer.observe(document.body);
  return () => {
    window.removeEventListener("scroll", listener);
    window.removeEventListener("resize", listener);
    observer.disconnect();
  };
}
