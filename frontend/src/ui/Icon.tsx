/** A small set of line icons on a 24-unit grid, drawn in the colour and at the size of the text around them. */
import classes from "#/ui/Icon.module.css";

const paths = {
  ban: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M5.7 5.7l12.6 12.6"],
  check: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M8 12.3l2.7 2.7l5.3-5.7"],
  chevronDown: ["M6 9l6 6l6-6"],
  chevronLeft: ["M15 6l-6 6l6 6"],
  chevronRight: ["M9 6l6 6l-6 6"],
  chevronUp: ["M6 15l6-6l6 6"],
  clock: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M12 7v5l3 2"],
  close: ["M18 6L6 18", "M6 6l12 12"],
  copied: ["M5 12.5l4.5 4.5L19 7.5"],
  copy: [
    "M9 8h9a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1",
    "M16 8V5a1 1 0 0 0-1-1H6a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h2",
  ],
  cross: ["M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18", "M9 9l6 6", "M15 9l-6 6"],
  display: [
    "M4 6h8",
    "M16 6h4",
    "M14 4v4",
    "M4 12h2",
    "M10 12h10",
    "M8 10v4",
    "M4 18h11",
    "M19 18h1",
    "M17 16v4",
  ],
  empty: ["M4 13h4l2 3h4l2-3h4", "M6.5 5h11L20 13v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-5z"],
  keyboard: [
    "M4 6h16a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2",
    "M6 10h.01",
    "M10 10h.01",
    "M14 10h.01",
    "M18 10h.01",
    "M7 14h10",
  ],
  moon: ["M12 3a6.5 6.5 0 0 0 8.6 8.6A9 9 0 1 1 12 3"],
  plus: ["M12 5v14", "M5 12h14"],
  retry: ["M19.9 11A8 8 0 1 0 19 15.6", "M20 5v6h-6"],
  right: ["M5 12h14", "M14 7l5 5l-5 5"],
  search: ["M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13", "M15.3 15.3L20 20"],
  spinner: ["M12 3a9 9 0 1 0 9 9"],
  sun: [
    "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8",
    "M12 3v1.5",
    "M12 19.5V21",
    "M3 12h1.5",
    "M19.5 12H21",
    "M5.6 5.6l1.1 1.1",
    "M17.3 17.3l1.1 1.1",
    "M5.6 18.4l1.1-1.1",
    "M17.3 6.7l1.1-1.1",
  ],
  system: [
    "M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1",
    "M8 20h8",
    "M12 16v4",
  ],
  user: ["M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8", "M5 20c0-3.5 3-5 7-5s7 1.5 7 5"],
  warning: ["M12 4L2.8 19.5h18.4z", "M12 10v4", "M12 17h.01"],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof paths;

interface IconProps {
  name: IconName;
  /** Pixels; by default as tall as the text. */
  size?: number;
  color?: string;
  /** Keeps the spinner from spinning: where it stands for something past. */
  still?: boolean;
}

/** Decorative: always beside a word or inside something with a name of its own. */
export function Icon({ name, size, color, still = false }: IconProps) {
  return (
    <svg
      aria-hidden="true"
      className={classes.icon}
      data-spins={(name === "spinner" && !still) || undefined}
      style={{ width: size, height: size, color }}
      width={size}
      height={size}
      viewBox="0 0 24 24"
    >
      {paths[name].map((d) => (
        <path d={d} key={d} />
      ))}
    </svg>
  );
}
