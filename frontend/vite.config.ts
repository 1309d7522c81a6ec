// How the client is built, served in development and tested.
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import relay from "vite-plugin-relay";
import { defineConfig } from "vitest/config";
import { relayImports } from "./scripts/relay-imports.ts";

// In development the API answers on this origin; in production it serves the built client itself.
const api = process.env.JOBTRAIL_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double" }),
    react(),
    relay,
    relayImports(),
  ],
  resolve: {
    alias: [
      // Behind a flag that is off: the hook in force stands in for its coming twin.
      {
        find: /^\.\/useFragmentInternal_EXPERIMENTAL$/,
        replacement: "./useFragmentInternal_CURRENT",
      },
      { find: "#", replacement: new URL("./src", import.meta.url).pathname },
    ],
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              // What every page needs, in one file: it compresses better and outlives releases.
              name: "base",
              test: /node_modules\/(react|react-dom|scheduler|relay-runtime|fbjs|invariant|@babel\/runtime|@tanstack\/(react-router|router-core|history|react-store|store))\//,
            },
          ],
        },
      },
      treeshake: {
        moduleSideEffects: [{ test: /node_modules\/react-relay\//, sideEffects: false }],
      },
    },
  },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/graphql": { target: api } } },
  preview: { host: "127.0.0.1", proxy: { "/graphql": { target: api } } },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    // What fails once on a busy machine may be the machine; what fails twice is ours.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: "100%", // by default one core stays idle: half of them, where there are two
    restoreMocks: true,
    unstubGlobals: true,
  },
});
