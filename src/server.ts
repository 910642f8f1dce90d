/** The program. `npm run build` puts all that it imports into one file, since Node.js takes its time over many. */
import module from 'node:module'
import { join } from 'node:path'

/** From Node.js 22.1 on. What was compiled once is kept; where the folder cannot be written, nothing is. */
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown }
enableCompileCache?.(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'recall-ml'))

const { serve } = await import('./serve.js')
await serve()
