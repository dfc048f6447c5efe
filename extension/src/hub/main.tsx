import '@jupyterlab/theme-dark-extension/style/variables.css';
import '@jupyterlab/theme-light-extension/style/variables.css';
import '../../style/ui.css';
import './hub.css';
import { createRoot } from 'react-dom/client';
import { z } from 'zod';
import { App } from './app.js';
import { followTheme } from './theme.js';

// Our content security policy forbids the code generation that zod would otherwise try.
z.config({ jitless: true });
followTheme();

const place = document.getElementById('hub');
if (place) createRoot(place).render(<App />);
