import { defineConfig } from "vitest/config";

// Machines may be busy: what is waited for costs no time when it comes early.
export default defineConfig({ test: { testTimeout: 120_000, hookTimeout: 120_000, setupFiles: ["test/setup.ts"], include: ["test/*.test.{ts,tsx}"], css: false } });
