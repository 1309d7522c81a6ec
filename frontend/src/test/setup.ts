// Prepares jsdom for every test: matchers, clean-up, and the few browser parts that it lacks.
import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

afterEach(cleanup);

window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList;

window.ResizeObserver ??= class implements ResizeObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
};

Element.prototype.scrollIntoView ??= () => {};
window.scrollTo = (() => {}) as typeof window.scrollTo;

// Popovers: shown and hidden by attribute and by method, telling so a moment later, as browsers do.
function toggle(panel: HTMLElement, newState: "open" | "closed") {
  const oldState = panel.dataset.popover ?? "closed";
  if (oldState === newState) return;
  panel.dataset.popover = newState;
  panel.style.display = newState === "open" ? "block" : "";
  queueMicrotask(() => {
    panel.dispatchEvent(Object.assign(new Event("toggle"), { oldState, newState }));
  });
}
HTMLElement.prototype.showPopover ??= function (this: HTMLElement) {
  toggle(this, "open");
};
HTMLElement.prototype.hidePopover ??= function (this: HTMLElement) {
  toggle(this, "closed");
};
document.addEventListener("click", ({ target }) => {
  const button = (target as Element).closest("[popovertarget]");
  const panel = document.getElementById(button?.getAttribute("popovertarget") ?? "");
  if (panel) toggle(panel, panel.dataset.popover === "open" ? "closed" : "open");
});
