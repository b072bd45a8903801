// A node:test reporter: one JSON line a test. Suites and files count only through the tests in them.
import { relative } from 'node:path'

export default async function* records(source) {
  const path = []
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path[data.nesting] = data.name
      path.length = data.nesting + 1
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const grouping = data.details?.type === 'suite' || (type === 'test:fail' && cause(data) === 'subtestsFailed')
    if (grouping) continue
    const file = data.file ? relative(process.cwd(), data.file) : ''
    const names = [...path.slice(0, data.nesting), data.name]
    // Node reports a file that died as a test named after its path.
    if (data.nesting === 0 && data.file && data.name === data.file) names[0] = 'file'
    const record = { id: [file, ...names].filter(Boolean).join('::'), ms: Math.round(data.details?.duration_ms ?? 0) }
    if (type === 'test:fail' && data.todo === undefined) {
      record.outcome = 'failed'
      record.reason = String(data.details?.error?.cause?.stack ?? data.details?.error?.message ?? 'failed')
    } else if (data.skip !== undefined || data.todo !== undefined) {
      record.outcome = 'skipped'
      const why = data.skip ?? data.todo
      record.reason = typeof why === 'string' && why !== '' ? why : 'marked skip or todo'
    } else {
      record.outcome = 'passed'
    }
    yield JSON.stringify(record) + '\n'
  }
}

function cause(data) {
  return data.details?.error?.failureType
}
