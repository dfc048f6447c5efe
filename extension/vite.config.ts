import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** JupyterLab's two themes both speak for `:root`; here each speaks only when chosen. */
const scopedThemes: Plugin = {
  name: 'scoped-themes',
  enforce: 'pre',
  transform: (code, id) => {
    const theme = /theme-(light|dark)-extension\/style\/variables\.css/.exec(id)?.[1];
    return theme ? { code: code.replaceAll(':root', `:root[data-theme='${theme}']`), map: null } : null;
  }
};

export default defineConfig({
  root: fileURLToPath(new URL('src/hub', import.meta.url)),
  plugins: [scopedThemes],
  build: {
    outDir: fileURLToPath(new URL('hub-dist', import.meta.url)),
    emptyOutDir: true,
    // A strict content security policy: nothing inline, no data addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // React's server components mark their modules; in a browser that says nothing.
    rolldownOptions: { checks: { moduleLevelDirective: false } }
  }
});
