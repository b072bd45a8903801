'use strict'
// A sandbox worker process: answers one run job on standard input and output, and ends at once.

process.reallyExit(require('./native.cjs').workerMain() ? 0 : 1)
