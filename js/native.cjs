'use strict'
// Loads the native library of this platform.

const { join } = require('node:path')

function platform() {
  switch (process.platform) {
    case 'linux':
      return `linux-${process.arch}-${process.report.getReport().header.glibcVersionRuntime ? 'gnu' : 'musl'}`
    case 'win32':
      return `win32-${process.arch}-msvc`
    default:
      return `${process.platform}-${process.arch}`
  }
}

module.exports = require(join(__dirname, `countermark.${platform()}.node`))
