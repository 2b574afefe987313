export { prunedName, textFile, zipFiles } from './bundle';
export { reportJson } from './json';
export { runFiles } from './run-files';
export { trialsCsv } from './trials-csv';
