// Loaded before Azurite to disable its garbage collection. The collection runs every ten minutes and blocks all requests for minutes, because each of
// thousands of deletions sorts the whole index again. Unused content is discarded with the process.
const path = require("path");
require(path.join(path.dirname(process.argv[1]), "gc", "BlobGCManager.js")).default.prototype.markSweep = async () => {};
