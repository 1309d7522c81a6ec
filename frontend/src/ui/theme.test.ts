import { describe, expect, it } from "vitest";
import { stateColors } from "#/ui/states";
import { cssVariables, theme } from "#/ui/theme";

/** The contrast of two `#rrggbb` colours as WCAG 2 counts it. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const variables = cssVariables(theme as Parameters<typeof cssVariables>[0]);
const states = ["pending", "running", "completed", "failed", "cancelled"] as const;

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  const of = (name: `--${string}`) => variables[scheme][name] ?? "";

  it.each(states)("%s reads on page, panel and its own tint", (state) => {
    for (const ground of ["--page", "--panel", "--hover", `--state-${state}-tint`] as const) {
      expect(contrast(of(`--state-${state}`), of(ground))).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(states)("marks of %s stand out from the page", (state) => {
    expect(contrast(of(`--state-${state}-solid`), of("--page"))).toBeGreaterThanOrEqual(3);
  });

  it.each(["dimmed", "placeholder", "error"] as const)(
    "%s text reads on page and panel",
    (name) => {
      for (const ground of ["--page", "--panel", "--hover"] as const) {
        expect(contrast(of(`--mantine-color-${name}`), of(ground))).toBeGreaterThanOrEqual(4.5);
      }
    },
  );
});

it("both schemes define the same state colours", () => {
  expect(Object.keys(stateColors.dark)).toEqual(Object.keys(stateColors.light));
});
