import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('./app'),
  publicDir: here('./public'),
  // Relative, so that the built page works under any path of any static host.
  base: './',
  cacheDir: here('./node_modules/.vite'),
  plugins: [react()],
  worker: { format: 'es' },
  server: { port: 5173, fs: { allow: [here('.')] } },
  preview: { port: 4173 },
  // The worker's dependencies are found before the first load, so that the page never reloads itself.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-backend-cpu',
      '@dagrejs/dagre',
      'onnx-buf',
      '@bufbuild/protobuf',
      'fast-png',
      'fast-xml-parser',
      'fflate',
      'papaparse',
      'yaml',
      'comlink',
    ],
  },
  build: { outDir: here('./dist'), emptyOutDir: true, target: 'es2023', chunkSizeWarningLimit: 2500 },
});
