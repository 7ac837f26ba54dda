import { defineConfig, type Plugin } from "vite";
import { squeezed, thirdParty, woff2Only } from "./vite.config";

// leftOut leaves out what a text cannot ask for, since it may not say how it is drawn: 1.7 MB of another way to lay out, and of
// formulas.
function leftOut(): Plugin {
  return {
    name: "left-out",
    enforce: "pre",
    resolveId: (id) => (/^katex$|\/elk-\w+\.mjs$/.test(id) ? "\0left-out" : null),
    load: (id) => (id === "\0left-out" ? "export const render = undefined; export default {};" : null),
  };
}

// The frame that draws diagrams is built by itself, into the page's build: it shares no file with the page but fonts, since
// a sandboxed page may load nothing that is not served for it.
export default defineConfig({
  publicDir: false,
  plugins: [leftOut(), woff2Only(), thirdParty("frame/third-party.txt"), squeezed()],
  build: {
    outDir: "build",
    emptyOutDir: false,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: "frame/diagram.html",
      output: {
        entryFileNames: "frame/[name]-[hash].js", chunkFileNames: "frame/[name]-[hash].js",
        assetFileNames: (asset) => (asset.names.some((n) => n.endsWith(".woff2")) ? "assets" : "frame") + "/[name]-[hash][extname]",
      },
    },
  },
});
