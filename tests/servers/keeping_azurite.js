// Loaded before Azurite, so that it keeps what is no longer referred to, which ends with the process anyway. Its collection of garbage, once in ten minutes,
// answers nobody for as long as minutes: each of thousands of deletions sorts the whole index again.
const path = require("path");
require(path.join(path.dirname(process.argv[1]), "gc", "BlobGCManager.js")).default.prototype.markSweep = async () => {};
