import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// woff2Only leaves out the older formats of a font, which no browser that runs this page asks for.
function woff2Only(): Plugin {
  return {
    name: "woff2-only",
    enforce: "pre",
    transform(code, id) {
      if (!/(katex|fontsource).*\.css($|\?)/.test(id)) return null;
      return code.replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\(["'](woff|truetype)["']\)/g, "");
    },
  };
}

// Every file that the page needs comes from its own server: nothing is inlined, since the policy of the server lets
// nothing that is written into a page or a style be loaded.
export default defineConfig({
  plugins: [woff2Only(), react()],
  build: {
    outDir: "build", // and then at once to web/dist, which is embedded whenever somebody builds the program
    emptyOutDir: true,
    assetsInlineLimit: 0,
    sourcemap: false,
    target: "es2022",
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      output: { entryFileNames: "assets/[name]-[hash].js", chunkFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]" },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8790" } },
});
