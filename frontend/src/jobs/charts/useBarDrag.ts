/** Choosing bars by dragging across them. */
import { type CSSProperties, type PointerEvent, useEffect, useRef, useState } from "react";

interface Plot {
  /** Pixels between the element's side and the first or last bar. */
  readonly left: number;
  readonly right: number;
}

/** Less than this is a slip of the finger, not a choice; a mouse may also click. */
const LEAST_TOUCH_PX = 8;

export function useBarDrag(
  count: number,
  plot: Plot,
  onChoose: (one: number, other: number) => void,
) {
  const startX = useRef(0);
  const [dragged, setDragged] = useState<{ one: number; other: number } | null>(null);

  // Esc lets go of everything.
  useEffect(() => {
    if (!dragged) return;
    const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && setDragged(null);
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [dragged]);

  function barAt(event: PointerEvent<HTMLDivElement>): number {
    const box = event.currentTarget.getBoundingClientRect();
    const width = box.width - plot.left - plot.right;
    const bar = Math.floor(((event.clientX - box.left - plot.left) / width) * count);
    return Math.max(0, Math.min(count - 1, bar));
  }

  const handlers = {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture?.(event.pointerId);
      startX.current = event.clientX;
      const bar = barAt(event);
      setDragged({ one: bar, other: bar });
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (!dragged) return;
      const bar = barAt(event);
      if (bar !== dragged.other) setDragged({ ...dragged, other: bar });
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      if (!dragged) return;
      setDragged(null);
      const moved = Math.abs(event.clientX - startX.current);
      if (event.pointerType !== "mouse" && moved < LEAST_TOUCH_PX) return;
      onChoose(dragged.one, barAt(event));
    },
    onPointerCancel: () => setDragged(null),
  };

  const selection: CSSProperties | null = dragged && {
    left: `calc(${plot.left}px + (100% - ${plot.left + plot.right}px) * ${Math.min(dragged.one, dragged.other) / count})`,
    width: `calc((100% - ${plot.left + plot.right}px) * ${(Math.abs(dragged.one - dragged.other) + 1) / count})`,
  };

  return { handlers, selection };
}
