import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// woff2Only leaves out the older formats of a font, which no browser that runs this page asks for.
export function woff2Only(): Plugin {
  return {
    name: "woff2-only",
    enforce: "pre",
    transform(code, id) {
      if (!/(katex|fontsource).*\.css($|\?)/.test(id)) return null;
      return code.replace(/,\s*url\([^)]*\.(woff|ttf)\)\s*format\(["'](woff|truetype)["']\)/g, "");
    },
  };
}

// thirdParty writes down whose work is in the page, and under which terms, as those terms ask.
export function thirdParty(fileName = "third-party.txt"): Plugin {
  return {
    name: "third-party",
    apply: "build",
    generateBundle() {
      const names = new Set<string>(["pretendard", "@fontsource/jetbrains-mono"]); // of fonts only the files are taken
      for (const id of this.getModuleIds()) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/.exec(id)?.[1];
        if (name) names.add(name);
      }
      const parts = [...names].sort().map((name) => {
        const home = fileURLToPath(new URL(`node_modules/${name}/`, import.meta.url));
        const about = JSON.parse(readFileSync(home + "package.json", "utf8")) as { version: string; license?: string };
        const file = readdirSync(home).find((f) => /^(licen[cs]e|copying)/i.test(f));
        return `${name} ${about.version} (${about.license ?? "see below"})\n\n${file ? readFileSync(home + file, "utf8").trim() : ""}\n`;
      });
      this.emitFile({ type: "asset", fileName, source: parts.join("\n" + "-".repeat(80) + "\n\n") });
    },
  };
}

// pdfParts brings what pdf.js fetches by itself for some files: how Korean encodings are read, the two fonts of signs that no
// machine need have, and how JPEG 2000 is decoded without WebAssembly, which the policy of the server does not let run.
export function pdfParts(): Plugin {
  const home = fileURLToPath(new URL("node_modules/pdfjs-dist/", import.meta.url));
  const parts: [from: string, to: string, which: RegExp][] = [
    ["cmaps", "cmaps", /^(Adobe-Korea1|KSC|UniKS).*\.bcmap$/],
    ["standard_fonts", "fonts", /^(FoxitSymbol|FoxitDingbats)\.pfb$/],
    ["wasm", "images", /^openjpeg_nowasm_fallback\.js$/],
  ];
  const all = parts.flatMap(([from, to, which]) => readdirSync(home + from).filter((f) => which.test(f)).map((f) => [`pdf/${to}/${f}`, `${home}${from}/${f}`] as const));
  return {
    name: "pdf-parts",
    apply: "build",
    generateBundle() {
      for (const [fileName, path] of all) this.emitFile({ type: "asset", fileName, source: readFileSync(path) });
    },
  };
}

// squeezed leaves of long scripts only what a browser is sent, so that the program that they are built into is smaller.
export function squeezed(): Plugin {
  const least = 100_000;
  return {
    name: "squeezed",
    apply: "build",
    writeBundle({ dir = "." }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.m?js$/.test(name)) continue;
        const path = `${dir}/${name}`, whole = readFileSync(path);
        if (whole.length < least) continue;
        writeFileSync(path + ".gz", gzipSync(whole, { level: 9 }));
        rmSync(path);
      }
    },
  };
}

// Every file that the page needs comes from its own server: nothing is inlined, since the policy of the server lets
// nothing that is written into a page or a style be loaded.
export default defineConfig({
  plugins: [woff2Only(), react(), thirdParty(), pdfParts(), squeezed()],
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
