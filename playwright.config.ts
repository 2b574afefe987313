import { defineConfig } from '@playwright/test';
import { chromiumPath } from './scripts/chromium';

const executablePath = chromiumPath();
const port = process.env['STUDIO_PORT'] ?? '4173';
const origin = `http://localhost:${port}`;

/** Flags for a headless Chromium without a GPU: WebGPU on a software adapter, no background traffic. */
const args = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export default defineConfig({
  testDir: 'e2e',
  timeout: 180_000,
  workers: 1,
  reporter: [['list']],
  use: {
    baseURL: origin,
    viewport: { width: 1440, height: 900 },
    launchOptions: { args, ...(executablePath ? { executablePath } : {}) },
    // Recording a trace of every test takes a quarter of their time; `--trace on` does it for the one that fails.
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `npx vite preview --port ${port} --strictPort`,
    url: origin,
    reuseExistingServer: false,
  },
});
