// First: it has to come before the contract's schemas.
import './strict.js';
import '@jupyterlab/theme-dark-extension/style/variables.css';
import '@jupyterlab/theme-light-extension/style/variables.css';
import '../../style/ui.css';
import '../../style/quota.css';
import '../../style/audit.css';
import './hub.css';
import './account.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { followTheme } from './theme.js';

followTheme();

const place = document.getElementById('hub');
if (place) createRoot(place).render(<App />);
