import { projectPlugins } from './domains/projects/projects.plugin.js';

export default [...projectPlugins];
