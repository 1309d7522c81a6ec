// How the client is built, served in development and tested.
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import relay from "vite-plugin-relay";
import { defineConfig } from "vitest/config";

// In development the API answers on this origin; in production it serves the built client itself.
const api = process.env.JOBTRAIL_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true, quoteStyle: "double" }),
    react(),
    relay,
  ],
  resolve: {
    alias: [
      { find: "#", replacement: new URL("./src", import.meta.url).pathname },
      // The hooks alone: the package's front door also brings its old containers.
      { find: /^react-relay$/, replacement: "react-relay/hooks" },
    ],
  },
  build: { target: "es2022", assetsInlineLimit: 0, manifest: true, reportCompressedSize: false },
  server: { host: "127.0.0.1", port: 5173, proxy: { "/graphql": { target: api } } },
  preview: { host: "127.0.0.1", proxy: { "/graphql": { target: api } } },
  test: {
    environment: "jsdom",
    setupFiles: ["./src/test/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
