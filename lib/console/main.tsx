import { render } from 'preact';
import { App } from './app.js';
import { loadLanguage } from './i18n.js';
import { fixBase } from './router.js';
import { applyTheme } from './theme.js';
import 'uplot/dist/uPlot.min.css';
import './styles/tokens.css';
import './styles/frame.css';
import './styles/parts.css';
import './styles/messages.css';
import './styles/bulk-sends.css';
import './styles/overview.css';
import './styles/narrow.css';

fixBase();
applyTheme();
const root = document.getElementById('console');
void loadLanguage().then(() => root && render(<App />, root));
