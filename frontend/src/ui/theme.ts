/** The look of the whole client: Mantine's theme, with the colours that its defaults leave too faint to read. */
import { type CSSVariablesResolver, createTheme } from "@mantine/core";
import { stateColors } from "#/ui/states";

const sans =
  'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif';
const mono =
  'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: 8,
  defaultRadius: "sm",
  cursorType: "pointer",
  fontFamily: sans,
  fontFamilyMonospace: mono,
  headings: { fontFamily: sans, fontWeight: "600" },
  respectReducedMotion: true,
  components: {
    // A link in a text is told from the text by more than its colour.
    Anchor: { defaultProps: { underline: "always" } },
    // The head of a dialog is not the banner of the page.
    Modal: {
      defaultProps: {
        attributes: { header: { role: "presentation" } },
        closeButtonProps: { "aria-label": "Close" },
      },
    },
  },
  colors: {
    dark: [
      "#dce0e7",
      "#bac1cc",
      "#a3abb8",
      "#8f98a7",
      "#3f4756",
      "#2f3643",
      "#232934",
      "#171b22",
      "#11141a",
      "#0b0d11",
    ],
  },
});

/** Mantine's dimmed text, placeholders and errors miss 4.5 : 1; these reach it on the page and on panels. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5a6472",
    "--mantine-color-placeholder": "#667080",
    "--mantine-color-error": "#b91c1c",
    "--page": "#ffffff",
    "--panel": "#f7f8fa",
    "--hover": "#f3f5f8",
    "--hairline": "#e4e7ec",
    "--unlit": "#c9d0da",
    ...stateColors.light,
  },
  dark: {
    "--mantine-color-dimmed": "#a3abb8",
    "--mantine-color-placeholder": "#9aa3b1",
    "--mantine-color-error": "#ff9c9c",
    "--page": "#171b22",
    "--panel": "#1d222b",
    "--hover": "#212732",
    "--hairline": "#2f3643",
    "--unlit": "#4b5567",
    ...stateColors.dark,
  },
});
