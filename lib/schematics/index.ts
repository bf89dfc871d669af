export { nestAdd } from './nest-add.js';
export { report } from './report.js';
