/**
 * tfjs greets and warns on the console when it is imported. The CLI writes its own lines straight to stdout and
 * stderr, so it imports this first.
 */
const nothing = () => undefined;
Object.assign(console, { log: nothing, info: nothing, warn: nothing, debug: nothing });
