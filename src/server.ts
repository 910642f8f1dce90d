/** The program. `npm run build` puts all that it imports into one file, since Node.js takes its time over many. */
import { serve } from './serve.js'

await serve()
